package datasource

import (
	"encoding/json"
	"fmt"
	"path"
	"strings"
	"unicode"

	"octavo/internal/asset"
	"octavo/internal/errs"
	"octavo/internal/format"
	"octavo/internal/id"
)

// schema is the number of the body's form that this version writes.
const schema = 1

// Upload is the connector of sources whose data is an uploaded file.
const connectorUpload = "upload"

// State says how good the data of a source is.
type State string

// The states.
const (
	Fresh  State = "fresh"   // the last attempt went well
	NoData State = "no_data" // nothing has arrived yet
)

// Source is a data source as the actor sees it.
type Source struct {
	asset.Asset
	ID          string // public
	Description string
	Connector   string
	Format      string
	State       State
	Rows        int64
	Columns     int64 // of the widest sheet
	Bytes       int64 // of the file
	FileName    string
	ReceivedAt  int64 // UTC milliseconds; 0 = never
	Klips       int   // that use it
	Dashboards  int   // that show one of these Klips
	payload     Payload
	stored      stored
}

// Draft is what a source is made of.
type Draft struct {
	Name        string
	Description string
	Upload      id.Upload
}

// Patch is a change of a source; nil leaves a field as it is.
type Patch struct {
	Name        *string
	Description *string
}

// Filter selects sources of a list.
type Filter struct {
	Search string // part of the name
	asset.Choice
}

func (f Filter) assets() asset.Filter {
	return asset.Filter{Kinds: []asset.Kind{asset.Source}, Search: f.Search, Bodies: true, Choice: f.Choice}
}

const maxDescription = 2000

// checkDescription refuses an overlong one. Code text_too_long.
func checkDescription(text string) (string, error) {
	text = strings.TrimSpace(text)
	if n := len([]rune(text)); n > maxDescription {
		return "", errs.Newf(errs.Invalid, "text_too_long", "A description has at most %d characters; this one has %d.", maxDescription, n).
			WithField("description").WithParams(map[string]any{"limit": maxDescription, "length": n})
	}
	return text, nil
}

// body is what this version reads of a stored body.
type body struct {
	Schema    int            `json:"schema"`
	Connector string         `json:"connector"`
	Format    string         `json:"format"`
	Options   format.Options `json:"options"`
}

func parseBody(text string) (body, error) {
	var b body
	if err := json.Unmarshal([]byte(text), &b); err != nil {
		return b, fmt.Errorf("datasource: body: %w", err)
	}
	return b, nil
}

// writable refuses a body that a newer version wrote. Code newer_schema.
func (b body) writable() error {
	if b.Schema > schema {
		return errs.New(errs.Conflict, "newer_schema", "This data source was saved by a newer version of the product. Load the page again.")
	}
	return nil
}

// newTree is the body of a source that is read from uploads. Options that were not
// chosen are found out anew from each file, so they are absent.
func newTree(kind string, chosen format.Options) (map[string]any, error) {
	text, err := json.Marshal(chosen)
	if err != nil {
		return nil, err
	}
	options, err := asset.ParseJSON(text)
	if err != nil {
		return nil, err
	}
	tree := map[string]any{"kind": string(asset.Source), "schema": schema, "connector": connectorUpload, "format": kind}
	if len(options.(map[string]any)) > 0 {
		tree["options"] = options
	}
	return tree, nil
}

// maxFileName is the length of a stored file name in characters.
const maxFileName = 200

// cleanFileName is a sent file name without folders and without what cannot be
// stored or shown; "" becomes "upload".
func cleanFileName(name string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, name))
	if runes := []rune(name); len(runes) > maxFileName {
		ext := []rune(path.Ext(name))
		ext = ext[:min(len(ext), 10)]
		name = string(runes[:maxFileName-len(ext)]) + string(ext)
	}
	if strings.Trim(name, "./") == "" {
		return "upload"
	}
	return name
}
