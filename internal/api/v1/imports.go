package v1

import (
	"context"
	"net/http"
	"strings"
	"time"

	"octavo/internal/account"
	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/errs"
	"octavo/internal/id"
	"octavo/internal/page"
	"octavo/internal/transfer"
)

var importRoutes = []entry{
	route(Route{ID: "list-import-accounts", Method: http.MethodGet, Path: "/{account}/import/accounts", Tag: "import",
		Summary: "Accounts that one may import from."}, (*Server).listImportAccounts),
	route(Route{ID: "list-import-assets", Method: http.MethodGet, Path: "/{account}/import/assets", Tag: "import",
		Summary: "Assets of another account that can be imported."}, (*Server).listImportAssets),
	route(Route{ID: "preview-import", Method: http.MethodPost, Path: "/{account}/import/preview", Tag: "import",
		Summary: "Everything that an import would bring along; nothing is changed."}, (*Server).previewImport),
	route(Route{ID: "import", Method: http.MethodPost, Path: "/{account}/import", Tag: "import",
		Summary: "Imports what a preview showed: everything or nothing. Honours Idempotency-Key."}, (*Server).importAssets),
}

// ImportAccount is an account that one may import from.
type ImportAccount struct {
	Slug string `json:"slug"`
	Name string `json:"name"`
	Kind string `json:"kind" enum:"parent,client"`
}

func (s *Server) listImportAccounts(ctx context.Context, c *Call, _ *struct{}) (*Answer[Page[ImportAccount]], error) {
	sources, err := s.Transfer.Sources(ctx, c.Actor)
	if err != nil {
		return nil, err
	}
	out := Page[ImportAccount]{Items: []ImportAccount{}}
	for _, p := range sources {
		out.Items = append(out.Items, ImportAccount{Slug: p.Slug, Name: p.Name, Kind: string(p.Kind)})
	}
	return answer(out), nil
}

// importSource finds the account to import from among those that the person manages.
func (s *Server) importSource(ctx context.Context, c *Call, slug string) (account.Party, error) {
	sources, err := s.Transfer.Sources(ctx, c.Actor)
	if err != nil {
		return account.Party{}, err
	}
	for _, p := range sources {
		if p.Slug == slug {
			return p, nil
		}
	}
	return account.Party{}, authz.NotFound()
}

// ImportAssetsInput asks for one kind of asset of an account.
type ImportAssetsInput struct {
	ListInput
	From string `query:"from" required:"true" doc:"Address of the account."`
	Kind string `query:"kind" required:"true" enum:"dashboard,klip,source" doc:"What to list."`
	Q    string `query:"q" maxLength:"200" doc:"Part of the name."`
}

// ImportAsset is an asset of another account.
type ImportAsset struct {
	ID        string    `json:"id"`
	Kind      string    `json:"kind" enum:"dashboard,klip,source,model"`
	Name      string    `json:"name"`
	Owner     string    `json:"owner"`
	UpdatedAt time.Time `json:"updated_at"`
	Here      int       `json:"here" doc:"Copies of it that are here already."`
}

func (s *Server) listImportAssets(ctx context.Context, c *Call, in *ImportAssetsInput) (*Listing[ImportAsset], error) {
	from, err := s.importSource(ctx, c, in.From)
	if err != nil {
		return nil, err
	}
	req, err := s.page(c, in.ListInput)
	if err != nil {
		return nil, err
	}
	filter := asset.Filter{Kinds: importKinds[in.Kind], Search: in.Q, Limit: req.Rows()}
	filter.After, filter.AfterNo = assetMark(req)
	list, copies, err := s.Transfer.Assets(ctx, c.Actor, from.Account, filter)
	if err != nil {
		return nil, err
	}
	list, next := page.Cut(req, list, markOfAsset)
	return listing(s, c, list, next, nil, func(a asset.Asset) ImportAsset {
		return ImportAsset{
			ID: s.Keys.IDs.Format(a.Key), Kind: string(a.Kind), Name: a.Title(), Owner: a.OwnerName,
			UpdatedAt: millis(a.UpdatedAt()), Here: len(copies[a.Key.No]),
		}
	})
}

var importKinds = map[string][]asset.Kind{
	"dashboard": {asset.Dashboard}, "klip": {asset.Klip}, "source": {asset.Source, asset.Model},
}

// ImportSelection is what to bring.
type ImportSelection struct {
	From   string   `json:"from" doc:"Address of the account."`
	Assets []string `json:"assets" minItems:"1" maxItems:"200" doc:"Ids of dashboards, Klips and data sources of that account."`
	Reuse  bool     `json:"reuse,omitempty" doc:"Use data sources that were imported before and are unchanged, instead of second copies."`
}

func (s *Server) selection(ctx context.Context, c *Call, in ImportSelection) (transfer.Selection, error) {
	from, err := s.importSource(ctx, c, in.From)
	if err != nil {
		return transfer.Selection{}, err
	}
	sel := transfer.Selection{From: from.Account, Reuse: in.Reuse}
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
	Warnings []string     `json:"warnings" doc:"merged_model, uploaded_file, foreign_credential."`
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
		Dashboards: DashboardRoom(plan.Dashboards),
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
		Selected: n.Selected, State: "new", Uses: []string{}, NeededBy: []string{}, Earlier: []ImportCopy{}, Warnings: []string{},
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
	return out
}

// ImportInput carries out a plan.
type ImportInput struct {
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"A repeated call with the same key is answered like the first, for 24 hours."`
	Body           struct {
		ImportSelection
		PlanID string `json:"plan_id" doc:"As the preview gave it."`
	}
}

// ImportResult is what came in.
type ImportResult struct {
	Items  []ImportedAsset `json:"items"`
	Reused int             `json:"reused" doc:"Data sources that were here already and are used."`
	Lost   int             `json:"lost" doc:"Links to dashboards that are plain text now."`
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
		return nil, errs.New(errs.Invalid, "plan_required", "Look at the preview first and send its plan_id.").WithField("plan_id")
	}
	res, err := s.Transfer.Import(ctx, c.Actor, sel, in.Body.PlanID, in.IdempotencyKey)
	if err != nil {
		return nil, err
	}
	out := ImportResult{Items: []ImportedAsset{}, Reused: res.Reused, Lost: res.Lost}
	for _, item := range res.Items {
		out.Items = append(out.Items, ImportedAsset{
			ID: s.Keys.IDs.Format(id.Asset{Account: item.Account, No: item.No}), Kind: string(item.Kind), Name: item.Name,
		})
	}
	return answer(out), nil
}
