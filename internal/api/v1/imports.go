package v1

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/errs"
	"octavo/internal/id"
	"octavo/internal/property"
	"octavo/internal/transfer"
)

var importRoutes = []entry{
	route(Route{ID: "list-import-accounts", Method: http.MethodGet, Path: "/{account}/import/accounts", Tag: "import",
		Summary: "Accounts that one may import from."}, (*Server).listImportAccounts),
	route(Route{ID: "list-import-assets", Method: http.MethodGet, Path: "/{account}/import/assets", Tag: "import",
		Summary: "Assets of another account that can be imported."}, (*Server).listImportAssets),
	route(Route{ID: "list-import-owners", Method: http.MethodGet, Path: "/{account}/import/owners", Tag: "import",
		Summary: "Owners of what can be imported, to narrow the list by."}, (*Server).listImportOwners),
	route(Route{ID: "preview-import", Method: http.MethodPost, Path: "/{account}/import/preview", Tag: "import",
		Summary: "Everything that an import would bring along; nothing is changed."}, (*Server).previewImport),
	route(Route{ID: "import", Method: http.MethodPost, Path: "/{account}/import", Tag: "import",
		Summary: "Imports what a preview showed: everything or nothing. Honours Idempotency-Key."}, (*Server).importAssets),
	route(Route{ID: "import-help", Method: http.MethodPost, Path: "/{account}/import/help", Tag: "import",
		Summary: "How often an import of a selection has failed within an hour, and whom to write to."}, (*Server).importHelp),
}

// ImportSelection is what to bring.
type ImportSelection struct {
	From   string   `json:"from" doc:"Address of the account."`
	Assets []string `json:"assets" minItems:"1" maxItems:"200" doc:"Ids of dashboards, Klips and data sources of that account."`
	Reuse  bool     `json:"reuse,omitempty" doc:"Use data sources that were imported before and are unchanged, instead of second copies."`

	Without bool `json:"without,omitempty" doc:"Leave out what was deleted there, instead of refusing."`
}

func (s *Server) selection(ctx context.Context, c *Call, in ImportSelection) (transfer.Selection, error) {
	from, err := s.importSource(ctx, c, in.From)
	if err != nil {
		return transfer.Selection{}, err
	}
	sel := transfer.Selection{From: from.Account, Reuse: in.Reuse, Without: in.Without}
	seen := map[id.Asset]bool{}
	for _, public := range in.Assets {
		a, ok := s.Keys.IDs.Parse(public)
		if !ok || a.Account != from.Account {
			return sel, authz.NotFound()
		}
		if !seen[a] {
			seen[a] = true
			sel.Assets = append(sel.Assets, a)
		}
	}
	return sel, nil
}

// ImportPlan is what an import would do.
type ImportPlan struct {
	PlanID     string         `json:"plan_id"`
	ExpiresAt  time.Time      `json:"expires_at"`
	Items      []ImportItem   `json:"items"`
	Dashboards DashboardRoom  `json:"dashboards"`
	Unresolved []string       `json:"unresolved" doc:"Names of assets with a link to a dashboard that does not come along; the link becomes plain text."`
	Counts     map[string]int `json:"counts" doc:"New assets by kind."`
	Needs      []ImportNeed   `json:"needs" doc:"Properties that it names. One without a value here keeps what depends on it waiting."`
}

// ImportNeed is a property that an import names.
type ImportNeed struct {
	Name        string        `json:"name"`
	Type        property.Type `json:"type" enum:"text,number,date,list,secret" doc:"As the agency declared it, else text."`
	Description string        `json:"description"`
	Default     string        `json:"default" doc:"What the agency proposes."`
	NeededBy    []string      `json:"needed_by" doc:"Ids of what names it."`
	Missing     bool          `json:"missing" doc:"It has no value here."`
	Open        bool          `json:"open" doc:"It decides whose data is read, and people of the account could change it: it is not locked."`
}

func (s *Server) importNeed(n transfer.Need, from id.Account) ImportNeed {
	out := ImportNeed{Name: n.Name, Type: n.Type, Description: n.Description, Default: n.Default, NeededBy: []string{}, Missing: len(n.Missing) > 0, Open: len(n.Open) > 0}
	if out.Type == "" {
		out.Type = property.Text
	}
	for _, by := range n.By {
		out.NeededBy = append(out.NeededBy, s.Keys.IDs.Format(by.Key(from)))
	}
	return out
}

// DashboardRoom is the limit of dashboards of the receiving account; -1 = unlimited.
type DashboardRoom struct {
	Used   int64 `json:"used"`
	Limit  int64 `json:"limit"`
	Needed int64 `json:"needed"`
}

// ImportItem is one asset of a plan.
type ImportItem struct {
	ID       string       `json:"id"`
	Kind     string       `json:"kind" enum:"dashboard,klip,source,model"`
	Name     string       `json:"name" doc:"In the account it comes from."`
	NewName  string       `json:"new_name" doc:"The name it will have here."`
	Selected bool         `json:"selected"`
	State    string       `json:"state" enum:"new,already_here,edited_here,reused" doc:"already_here and edited_here get a second copy."`
	Uses     []string     `json:"uses" doc:"Ids of what it consists of."`
	NeededBy []string     `json:"needed_by" doc:"Ids of what brings it along."`
	Rows     int64        `json:"rows,omitempty"`
	Bytes    int64        `json:"bytes,omitempty"`
	From     string       `json:"connector,omitempty"`
	Earlier  []ImportCopy `json:"earlier"`
	Warnings []string     `json:"warnings" doc:"merged_model, uploaded_file, foreign_credential, without_data."`
	LeftOut  []string     `json:"left_out" doc:"Names of what it used there and was deleted."`
}

// ImportCopy is a copy that is here already.
type ImportCopy struct {
	ID         string    `json:"id"`
	Name       string    `json:"name"`
	ImportedAt time.Time `json:"imported_at"`
	Edited     bool      `json:"edited"`
}

func (s *Server) previewImport(ctx context.Context, c *Call, in *struct{ Body ImportSelection }) (*Answer[ImportPlan], error) {
	sel, err := s.selection(ctx, c, in.Body)
	if err != nil {
		return nil, err
	}
	plan, err := s.Transfer.Preview(ctx, c.Actor, sel)
	if err != nil {
		return nil, err
	}
	return answer(s.importPlan(plan, sel.From)), nil
}

func (s *Server) importPlan(plan *transfer.Plan, from id.Account) ImportPlan {
	out := ImportPlan{
		PlanID: plan.ID, ExpiresAt: plan.ExpiresAt, Items: []ImportItem{}, Unresolved: []string{}, Counts: map[string]int{},
		Dashboards: DashboardRoom(plan.Dashboards), Needs: []ImportNeed{},
	}
	for _, n := range plan.Needs {
		out.Needs = append(out.Needs, s.importNeed(n, from))
	}
	for _, lost := range plan.Unresolved {
		out.Unresolved = append(out.Unresolved, lost.From.Name)
	}
	for _, item := range plan.Items {
		converted := s.importItem(item, from)
		if converted.State != "reused" {
			out.Counts[converted.Kind]++
		}
		out.Items = append(out.Items, converted)
	}
	return out
}

func (s *Server) importItem(item transfer.Item, from id.Account) ImportItem {
	n := item.Node
	out := ImportItem{
		ID: s.Keys.IDs.Format(n.Key(from)), Kind: string(n.Kind), Name: asset.Title(n.Name, n.Suffix), NewName: item.NewName,
		Selected: n.Selected, State: "new", Uses: []string{}, NeededBy: []string{}, Earlier: []ImportCopy{}, Warnings: []string{}, LeftOut: []string{},
	}
	if n.Source != nil {
		out.Rows, out.Bytes, out.From = n.Source.Rows, n.Source.Bytes, n.Source.Connector
	}
	for _, u := range n.Uses {
		if u.Kind == asset.Strong {
			out.Uses = append(out.Uses, s.Keys.IDs.Format(id.Asset{Account: from, No: u.To}))
		}
	}
	for _, by := range item.NeededBy {
		out.NeededBy = append(out.NeededBy, s.Keys.IDs.Format(by.Key(from)))
	}
	for _, e := range item.Earlier {
		out.Earlier = append(out.Earlier, ImportCopy{ID: s.Keys.IDs.Format(e.Key), Name: e.Name, ImportedAt: millis(e.ImportedAt), Edited: e.Edited})
		out.State = "already_here"
	}
	if len(out.Earlier) > 0 && out.Earlier[0].Edited {
		out.State = "edited_here"
	}
	if item.Reused != nil {
		out.State = "reused"
	}
	out.Warnings = append(out.Warnings, item.Warnings...)
	for _, b := range n.Broken {
		out.LeftOut = append(out.LeftOut, b.Name)
	}
	return out
}

// ImportInput carries out a plan.
type ImportInput struct {
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"A repeated call with the same key is answered like the first, for 24 hours."`
	Body           struct {
		ImportSelection
		PlanID string            `json:"plan_id" doc:"As the preview gave it."`
		Values map[string]string `json:"values,omitempty" doc:"Properties that are missing here, by name; they are made in the same step."`
		Lock   []string          `json:"lock,omitempty" nullable:"false" maxItems:"200" doc:"Properties that the plan shows as open, to be locked in the same step."`
	}
}

// ImportResult is what came in.
type ImportResult struct {
	ID     string          `json:"id" doc:"Names the import; get-arrival shows what became of it."`
	Items  []ImportedAsset `json:"items"`
	Reused int             `json:"reused" doc:"Data sources that were here already and are used."`
	Lost   int             `json:"lost" doc:"Links to dashboards that are plain text now."`
	Left   int             `json:"left" doc:"Properties that are still missing."`
}

// ImportedAsset is a new asset.
type ImportedAsset struct {
	ID   string `json:"id"`
	Kind string `json:"kind" enum:"dashboard,klip,source,model"`
	Name string `json:"name"`
}

func (s *Server) importAssets(ctx context.Context, c *Call, in *ImportInput) (*Answer[ImportResult], error) {
	sel, err := s.selection(ctx, c, in.Body.ImportSelection)
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(in.Body.PlanID) == "" {
		return nil, planRequired()
	}
	sel.Lock = in.Body.Lock
	for _, name := range slices.Sorted(maps.Keys(in.Body.Values)) {
		sel.Values = append(sel.Values, transfer.Value{Account: c.Actor.Account, Name: name, Value: in.Body.Values[name]})
	}
	res, err := s.Transfer.Import(ctx, c.Actor, sel, in.Body.PlanID, in.IdempotencyKey)
	if err != nil {
		s.Transfer.NoteFailure(ctx, c.Actor, sel, err)
		return nil, err
	}
	out := ImportResult{ID: res.Change.String(), Items: []ImportedAsset{}, Reused: res.Reused, Lost: res.Lost, Left: res.Left}
	for _, item := range res.Items {
		out.Items = append(out.Items, ImportedAsset{
			ID: s.Keys.IDs.Format(id.Asset{Account: item.Account, No: item.No}), Kind: string(item.Kind), Name: item.Name,
		})
	}
	return answer(out), nil
}

func planRequired() error {
	return errs.New(errs.Invalid, "plan_required", "Look at the preview first and send its plan_id.").WithField("plan_id")
}
