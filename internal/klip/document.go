package klip

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"octavo/internal/asset"
	"octavo/internal/component"
	"octavo/internal/errs"
	"octavo/internal/id"
)

// schema is the number of the body's form that this version writes.
const schema = 1

// Limits of a Klip.
const (
	maxDescription = 2000 // characters
	maxSources     = 30
)

// properties are those of the Klip itself.
var properties = []component.Property{
	{Name: "titleVisible", Words: "title bar", Kind: component.Toggle, Default: true},
}

// document is a Klip in parts, read from a document of the API or from a body. The
// sources are public ids in the one case and slots in the other.
type document struct {
	title, description string
	sources            []string
	active             string         // one of sources, "" = none
	workspace          map[string]any // further fields of the workspace
	properties         map[string]any // canonical
	components         []any          // canonical
	rest               map[string]any // fields that this version does not know
	extra              string         // a formula that is tried out with the document, never stored
}

var knownFields = []string{"id", "version", "kind", "schema", "title", "description", "workspace", "properties", "components"}

// parseDocument reads a document of the API strictly. Codes bad_klip,
// name_required, name_too_long, text_too_long, newer_schema.
func parseDocument(tree map[string]any) (*document, error) {
	if kind, ok := tree["kind"]; ok && kind != string(asset.Klip) {
		return nil, component.Bad("/kind", "This is not a Klip.")
	}
	d, err := parse(tree)
	if err != nil {
		return nil, err
	}
	if d.title, err = asset.CheckName(d.title, "title"); err != nil {
		return nil, err
	}
	if n := len([]rune(d.description)); n > maxDescription {
		return nil, errs.Newf(errs.Invalid, "text_too_long", "At most %d characters; this has %d.", maxDescription, n).
			WithField("description").WithParams(map[string]any{"limit": maxDescription, "length": n})
	}
	return d, nil
}

// parseBody reads a stored body. A newer one is refused with newer_schema.
func parseBody(json string) (*document, error) {
	v, err := asset.ParseJSON([]byte(json))
	if err != nil {
		return nil, fmt.Errorf("klip: body: %w", err)
	}
	tree, ok := v.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("klip: the body is no object")
	}
	return parse(tree)
}

func parse(tree map[string]any) (*document, error) {
	if n, _ := tree["schema"].(float64); n > schema {
		return nil, errs.New(errs.Conflict, "newer_schema", "This Klip was saved by a newer version of the product. Load the page again.")
	}
	d := &document{rest: without(tree, knownFields...)}
	var err error
	if d.title, err = text(tree, "title", ""); err != nil {
		return nil, err
	}
	if d.description, err = text(tree, "description", ""); err != nil {
		return nil, err
	}
	d.description = strings.TrimSpace(d.description)
	if err := d.parseWorkspace(tree["workspace"]); err != nil {
		return nil, err
	}
	if d.properties, err = component.CanonicalProperties(tree["properties"], properties, "/properties"); err != nil {
		return nil, err
	}
	d.components, err = component.Canonical(tree["components"], "/components", id.NewPart)
	return d, err
}

func text(tree map[string]any, field, path string) (string, error) {
	switch v := tree[field].(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	}
	return "", component.Bad(path+"/"+field, "A text belongs here.")
}

func (d *document) parseWorkspace(v any) error {
	if v == nil {
		return nil
	}
	tree, ok := v.(map[string]any)
	if !ok {
		return component.Bad("/workspace", "The workspace is an object.")
	}
	list, ok := tree["datasources"].([]any)
	if !ok && tree["datasources"] != nil {
		return component.Bad("/workspace/datasources", "A list of data sources belongs here.")
	}
	if len(list) > maxSources {
		return component.Bad("/workspace/datasources", "A Klip has at most %d data sources; this one has %d.", maxSources, len(list))
	}
	for i, it := range list {
		s, ok := it.(string)
		path := "/workspace/datasources/" + strconv.Itoa(i)
		if !ok || s == "" {
			return component.Bad(path, "A data source is named by its id.")
		}
		if slices.Contains(d.sources, s) {
			return component.Bad(path, "This data source stands in the list twice.")
		}
		d.sources = append(d.sources, s)
	}
	var err error
	if d.active, err = text(tree, "activeDatasource", "/workspace"); err != nil {
		return err
	}
	if d.active == "" && len(d.sources) > 0 {
		d.active = d.sources[0]
	}
	if d.active != "" && !slices.Contains(d.sources, d.active) {
		return component.Bad("/workspace/activeDatasource", "The active data source is one of the attached ones.")
	}
	d.workspace = without(tree, "datasources", "activeDatasource")
	return nil
}

// without copies an object and leaves out some fields, and those that are null.
func without(tree map[string]any, fields ...string) map[string]any {
	out := maps.Clone(tree)
	for _, f := range fields {
		delete(out, f)
	}
	maps.DeleteFunc(out, func(_ string, v any) bool { return v == nil })
	return out
}

// body is the tree that is stored; fields with their default are absent.
func (d *document) body() map[string]any {
	tree := maps.Clone(d.rest)
	tree["kind"], tree["schema"], tree["title"] = string(asset.Klip), schema, d.title
	if d.description != "" {
		tree["description"] = d.description
	}
	workspace := maps.Clone(d.workspace)
	if workspace == nil {
		workspace = map[string]any{}
	}
	if len(d.sources) > 0 {
		workspace["datasources"] = anyList(d.sources)
		if d.active != d.sources[0] {
			workspace["activeDatasource"] = d.active
		}
	}
	if len(workspace) > 0 {
		tree["workspace"] = workspace
	}
	if len(d.properties) > 0 {
		tree["properties"] = d.properties
	}
	if len(d.components) > 0 {
		tree["components"] = d.components
	}
	return tree
}

func anyList(texts []string) []any {
	out := make([]any, len(texts))
	for i, s := range texts {
		out[i] = s
	}
	return out
}

// show is the document of the API: defaults are written out, sources are named by
// what public makes of them.
func (d *document) show(public func(string) string) map[string]any {
	tree := maps.Clone(d.rest)
	tree["title"], tree["description"] = d.title, d.description
	workspace := maps.Clone(d.workspace)
	if workspace == nil {
		workspace = map[string]any{}
	}
	ids := make([]any, len(d.sources))
	for i, s := range d.sources {
		ids[i] = public(s)
	}
	workspace["datasources"], workspace["activeDatasource"] = ids, ""
	if d.active != "" {
		workspace["activeDatasource"] = public(d.active)
	}
	tree["workspace"] = workspace
	tree["properties"] = component.FillProperties(d.properties, properties)
	tree["components"] = component.Fill(d.components)
	return tree
}

// titleVisible says whether the title is shown.
func (d *document) titleVisible() bool {
	v, ok := d.properties["titleVisible"].(bool)
	return !ok || v
}

// firstType is the type of the first component, "" = there is none.
func (d *document) firstType() string {
	for _, c := range component.Nodes(d.components) {
		return c.TypeName()
	}
	return ""
}

// part is one part of a component with its place in the document.
type part struct {
	component component.Node
	node      component.Node
	of        *component.PartType
	path      string // JSON pointer
}

// parts lists all parts of known types, in order.
func (d *document) parts() []part {
	var out []part
	for i, c := range component.Nodes(d.components) {
		t, ok := component.Find(c.TypeName())
		if !ok {
			continue
		}
		for j, n := range c.Parts() {
			if pt, ok := t.Part(n.TypeName()); ok {
				out = append(out, part{c, n, pt, fmt.Sprintf("/components/%d/components/%d", i, j)})
			}
		}
	}
	return out
}
