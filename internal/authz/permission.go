package authz

import (
	"slices"
	"strings"
)

// Permission is a right that a role may have. Names are those of the permission
// matrix (docs/permissions.md); they appear in the API and never change.
type Permission string

// The permissions. The comment of each says what it lets a person do.
const (
	AccountSettings  Permission = "account.settings" // edit settings, security, branding, company properties
	AccountProfile   Permission = "account.profile"  // edit the own profile
	AccountTokens    Permission = "account.tokens"   // create, reauthorise, delete own connections
	AccountUsage     Permission = "account.usage"    // usage, audit, refresh history
	AccountAPI       Permission = "account.api"      // call the API
	AccountAPIKey    Permission = "account.api_key"  // make an own API key
	AccountSupport   Permission = "account.support"  // grant time-limited operator access
	AdminAnnotation  Permission = "admin.annotation" // act on all comments
	AdminClient      Permission = "admin.client"     // act on all clients
	AdminDatasource  Permission = "admin.datasource" // act on all data sources
	AdminKlip        Permission = "admin.klip"       // act on all Klips
	AdminTab         Permission = "admin.tab"        // act on all dashboards
	ClientAccess     Permission = "client.access"    // see clients shared with one's groups
	ClientLogin      Permission = "client.login"     // sign in to those clients as administrator
	ClientBuild      Permission = "client.build"     // add clients
	ClientEdit       Permission = "client.edit"      // change clients
	ClientShare      Permission = "client.share"     // share clients with groups
	ClientDelete     Permission = "client.delete"    // delete clients
	DashboardTab     Permission = "dashboard.tab"    // add, remove, reorder dashboards in the own view
	DashboardKlip    Permission = "dashboard.klip"   // arrange Klips on editable dashboards
	DashboardLibrary Permission = "dashboard.library"
	DashboardTheme   Permission = "dashboard.theme"
	DashboardFull    Permission = "dashboard.fullscreen"
	CommentView      Permission = "dashboard.annotation.view"
	CommentEdit      Permission = "dashboard.annotation.edit"
	SourceCreate     Permission = "datasource.create"
	SourceEdit       Permission = "datasource.edit"
	SourceDelete     Permission = "datasource.delete"
	SourceShare      Permission = "datasource.share"
	SourceDownload   Permission = "datasource.download"
	SourceLibrary    Permission = "datasource.library"
	SourceImport     Permission = "datasource.import"
	SourceRefresh    Permission = "datasource.refresh" // refresh now with only a view right
	SourceRawSQL     Permission = "datasource.raw_sql" // raw placeholders in SQL sources
	ConnectionShared Permission = "connection.use_shared"
	ConnectionManage Permission = "connection.manage"
	KlipBuild        Permission = "klip.build"
	KlipEdit         Permission = "klip.edit"
	KlipDelete       Permission = "klip.delete"
	KlipShare        Permission = "klip.share"
	KlipEmail        Permission = "klip.email"
	KlipDownload     Permission = "klip.download"
	KlipEmbed        Permission = "klip.embed"
	KlipLibrary      Permission = "klip.library"
	KlipHTML         Permission = "klip.html"
	KlipImport       Permission = "klip.import"
	KlipPush         Permission = "klip.push" // update client instances
	KlipSlack        Permission = "klip.slack"
	TabBuild         Permission = "tab.build"
	TabEdit          Permission = "tab.edit"
	TabDelete        Permission = "tab.delete"
	TabShare         Permission = "tab.share"
	TabEmail         Permission = "tab.email"
	TabDownload      Permission = "tab.download"
	TabImport        Permission = "tab.import"
	TabPush          Permission = "tab.push" // default dashboards of groups
	TabPublish       Permission = "tab.publish"
	TabSlack         Permission = "tab.slack"
	GroupView        Permission = "group.view"
	UserView         Permission = "user.view"
	UserManage       Permission = "user.manage"
	UserViewManage   Permission = "user.viewonly.manage"
)

// Role is a role by its id: one of the built-in ones, or one of an account's own
// making, whose permissions an Actor carries beside it.
type Role string

// The built-in roles. They are fixed.
const (
	Admin    Role = "admin"
	Editor   Role = "editor"
	ViewOnly Role = "view_only"
)

// where says in which kind of account a permission exists.
type where uint8

const (
	everywhere where = iota
	parentOnly
)

// row is one row of the matrix: who of Admin, Editor, View-Only has it.
type row struct {
	p     Permission
	roles string // letters of A, E, V
	where where
}

// matrix is the permission matrix of the built-in roles.
var matrix = []row{
	{AccountSettings, "A", everywhere}, {AccountProfile, "AEV", everywhere}, {AccountTokens, "AE", everywhere},
	{AccountUsage, "A", everywhere}, {AccountAPI, "AE", everywhere}, {AccountAPIKey, "AE", everywhere},
	{AccountSupport, "A", everywhere},
	{AdminAnnotation, "A", everywhere}, {AdminClient, "A", everywhere}, {AdminDatasource, "A", everywhere},
	{AdminKlip, "A", everywhere}, {AdminTab, "A", everywhere},
	{ClientAccess, "AE", parentOnly}, {ClientLogin, "AE", parentOnly}, {ClientBuild, "A", parentOnly},
	{ClientEdit, "A", parentOnly}, {ClientShare, "A", parentOnly}, {ClientDelete, "A", parentOnly},
	{DashboardTab, "AE", everywhere}, {DashboardKlip, "AE", everywhere}, {DashboardLibrary, "AE", everywhere},
	{DashboardTheme, "AE", everywhere}, {DashboardFull, "AE", everywhere},
	{CommentView, "AEV", everywhere}, {CommentEdit, "AE", everywhere},
	{SourceCreate, "AE", everywhere}, {SourceEdit, "AE", everywhere}, {SourceDelete, "AE", everywhere},
	{SourceShare, "AE", everywhere}, {SourceDownload, "AE", everywhere}, {SourceLibrary, "AE", everywhere},
	{SourceImport, "A", everywhere}, {SourceRefresh, "AE", everywhere}, {SourceRawSQL, "A", everywhere},
	{ConnectionShared, "AE", everywhere}, {ConnectionManage, "A", everywhere},
	{KlipBuild, "AE", everywhere}, {KlipEdit, "AE", everywhere}, {KlipDelete, "AE", everywhere},
	{KlipShare, "AE", everywhere}, {KlipEmail, "AE", everywhere}, {KlipDownload, "AE", everywhere},
	{KlipEmbed, "AE", everywhere}, {KlipLibrary, "AE", everywhere}, {KlipHTML, "A", everywhere},
	{KlipImport, "A", everywhere}, {KlipPush, "A", parentOnly}, {KlipSlack, "AE", everywhere},
	{TabBuild, "AE", everywhere}, {TabEdit, "AE", everywhere}, {TabDelete, "AE", everywhere},
	{TabShare, "AE", everywhere}, {TabEmail, "AE", everywhere}, {TabDownload, "AE", everywhere},
	{TabImport, "A", everywhere}, {TabPush, "A", everywhere}, {TabPublish, "A", everywhere},
	{TabSlack, "AE", everywhere},
	{GroupView, "AE", everywhere}, {UserView, "AE", everywhere}, {UserManage, "A", everywhere},
	{UserViewManage, "A", everywhere},
}

var letters = map[Role]byte{Admin: 'A', Editor: 'E', ViewOnly: 'V'}

// BuiltIn says whether a role is one of the fixed ones.
func (r Role) BuiltIn() bool { return letters[r] != 0 }

// Has says whether a built-in role has a permission in an account of a kind. A role
// of an account's own making has none by its name.
func (r Role) Has(p Permission, parent bool) bool {
	row, ok := rowOf(p)
	return ok && row.exists(parent) && r.BuiltIn() && strings.IndexByte(row.roles, letters[r]) >= 0
}

func rowOf(p Permission) (row, bool) {
	for _, row := range matrix {
		if row.p == p {
			return row, true
		}
	}
	return row{}, false
}

// exists says whether a permission means anything in an account of a kind.
func (r row) exists(parent bool) bool { return parent || r.where == everywhere }

// Exists says whether there is such a permission in an account of a kind.
func (p Permission) Exists(parent bool) bool {
	row, ok := rowOf(p)
	return ok && row.exists(parent)
}

// All lists the permissions of an account of a kind, in the order of the matrix.
func All(parent bool) []Permission {
	var out []Permission
	for _, row := range matrix {
		if row.exists(parent) {
			out = append(out, row.p)
		}
	}
	return out
}

// OfRole lists what a built-in role allows in an account of a kind, in the order of the matrix.
func OfRole(r Role, parent bool) []Permission {
	return slices.DeleteFunc(All(parent), func(p Permission) bool { return !r.Has(p, parent) })
}

// Permissions lists what the actor may do in the acting account, in the order of the matrix.
func (a Actor) Permissions() []Permission {
	return slices.DeleteFunc(All(a.IsParent), func(p Permission) bool { return !a.Has(p) })
}
