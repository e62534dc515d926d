package datasource

import (
	"encoding/json"
	"fmt"
	"path"
	"strings"
	"unicode"

	"octavo/internal/asset"
	"octavo/internal/connector/rest"
	"octavo/internal/connector/sql"
	"octavo/internal/errs"
	"octavo/internal/format"
	"octavo/internal/id"
)

// schema is the number of the body's form that this version writes.
const schema = 1

// The connectors: how data arrives.
const (
	connectorUpload = "upload" // a file that people send
	connectorREST   = "rest"   // a web address
	connectorSQL    = "sql"    // a query of a database
	connectorPush   = "push"   // rows that programs send
)

// State says how good the data of a source is.
type State string

// The states.
const (
	Fresh    State = "fresh"    // the last attempt went well
	Stale    State = "stale"    // the last attempt went well, but others should have come since; never stored
	NoData   State = "no_data"  // nothing has arrived yet
	Loading  State = "loading"  // nothing has arrived yet, and it is being fetched
	Failing  State = "failing"  // the last attempt failed; what was there stays
	Disabled State = "disabled" // it failed too often and is not tried any more
	Off      State = "off"      // somebody switched it off: it is not fetched, and its data stay; never stored
)

// at is a stored state at a moment, with the moment from which on the data are too old; 0 = never.
func (s State) at(now, staleAt int64) State {
	if s == Fresh && staleAt != 0 && staleAt < now {
		return Stale
	}
	return s
}

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
	ReceivedAt  int64  // UTC milliseconds; 0 = never
	Klips       int    // that use it
	Dashboards  int    // that show one of these Klips
	Web         *Web   // how data is fetched; nil for sources that are not
	Table       *Table // what programs push; nil for sources that nobody pushes to
	ExpectS     int    // seconds in which data that are sent should come again; 0 = whenever
	payload     Payload
	stored      stored
}

// Web is what is said of a source that reads a web address to all who may see it.
type Web struct {
	Host      string   // as it is written
	Variables []string // names in the request; none = everybody sees the same data
	Refresh   Refresh  // when
	History   *History // nil = the last answer is the data
	OnColumns string   // add, ask, ignore: what happens when columns change
	OnLimit   string   // fail, truncate: what happens when there are more rows than are taken
	HeldAt    int64    // since when data with other columns waits to be accepted; 0 = none does
	NextAt    int64    // UTC milliseconds, as all times; 0 = not planned
	TriedAt   int64
	OffAt     int64       // since when it is switched off; 0 = it is on
	Failures  int64       // in a row
	Err       *errs.Error // of the last attempt; nil = it went well
	Instances int         // sets of values that there is data for
	Waiting   bool        // it is being fetched, or soon
	Notes     []string    // of the data: NotePartial, NoteRepeats
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
	Request   *rest.Spec     `json:"request"` // of connector rest
	Query     *sql.Spec      `json:"query"`   // of connector sql
	Table     *Table         `json:"table"`   // of connector push
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

// newTree is the body of a source. Options that were not chosen are found out anew from
// each file, so they are absent; what is nil for sources that are read from uploads.
func newTree(kind string, chosen format.Options, what asks) (map[string]any, error) {
	options, err := plainTree(chosen)
	if err != nil {
		return nil, err
	}
	tree := map[string]any{"kind": string(asset.Source), "schema": schema, "connector": connectorUpload, "format": kind}
	if len(options.(map[string]any)) > 0 {
		tree["options"] = options
	}
	if what != nil {
		field := "request"
		if what.connector() == connectorSQL {
			field = "query"
		}
		tree["connector"] = what.connector()
		tree[field], err = plainTree(what.bare())
	}
	return tree, err
}

// plainTree is a value as the tree of its JSON.
func plainTree(v any) (any, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return asset.ParseJSON(text)
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
