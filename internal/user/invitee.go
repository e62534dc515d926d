package user

import (
	"context"
	"encoding/csv"
	"maps"
	"net/mail"
	"slices"
	"strings"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/fold"
	"octavo/internal/id"
)

// Invitee is somebody to be invited, as typed.
type Invitee struct {
	Line   int // in a pasted text, from 1
	Email  string
	Name   string   // "" = until they say it themselves, the address
	Roles  []string // ids or names; none = View-Only
	Groups []string // ids or names of groups of the account's own making
}

// Verdict is an invitee put in order, or what stands in the way.
type Verdict struct {
	Line   int
	Email  string
	Name   string
	Roles  []authz.Role
	Groups []Group
	Err    *errs.Error // nil = can be invited
}

// ParseInvitees reads a pasted text: lines of email[,first,last,role,group;group], or any number of
// addresses with commas or semicolons between them, also as Name <address>. roles and groups are
// for lines that name none, and groups are added to those that do.
func ParseInvitees(text string, roles, groups []string) []Invitee {
	var out []Invitee
	for n, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		fields := splitLine(line)
		if len(fields) > 1 && strings.Contains(fields[1], "@") {
			for _, f := range fields {
				if f != "" {
					out = append(out, newInvitee(n+1, []string{f}, roles, groups))
				}
			}
			continue
		}
		out = append(out, newInvitee(n+1, fields, roles, groups))
	}
	return out
}

// splitLine cuts a line at commas, or at semicolons where there are only these.
func splitLine(line string) []string {
	r := csv.NewReader(strings.NewReader(line))
	r.FieldsPerRecord, r.LazyQuotes, r.TrimLeadingSpace = -1, true, true
	if !strings.Contains(line, ",") {
		r.Comma = ';'
	}
	fields, err := r.Read()
	if err != nil {
		return []string{line}
	}
	for i := range fields {
		fields[i] = strings.TrimSpace(fields[i])
	}
	return fields
}

func newInvitee(line int, fields, roles, groups []string) Invitee {
	in := Invitee{Line: line, Email: fields[0], Roles: roles, Groups: groups}
	if a, err := mail.ParseAddress(fields[0]); err == nil && strings.Contains(fields[0], "<") {
		in.Email, in.Name = a.Address, a.Name
	}
	part := func(i int) string {
		if i < len(fields) {
			return fields[i]
		}
		return ""
	}
	if name := strings.TrimSpace(part(1) + " " + part(2)); name != "" {
		in.Name = name
	}
	if part(3) != "" {
		in.Roles = splitList(part(3))
	}
	in.Groups = append(slices.Clone(groups), splitList(part(4))...)
	return in
}

// splitList cuts a list in one field.
func splitList(s string) []string {
	var out []string
	for _, part := range strings.Split(s, ";") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// Judge says of each invitee whether they can be invited. Codes permission_denied, too_many_lines, nobody_named; of
// a line: bad_email, named_twice, already_here, email_in_use, name_too_long, bad_text, bad_role, role_too_strong,
// permission_denied, group_not_found.
func (s *Service) Judge(ctx context.Context, who authz.Actor, list []Invitee) ([]Verdict, error) {
	if err := mayManageSome(who); err != nil {
		return nil, err
	}
	if len(list) > maxInvitees {
		return nil, errs.Newf(errs.Invalid, "too_many_lines", "A list has at most %d people; this one has %d.", maxInvitees, len(list)).
			WithParams(map[string]any{"limit": maxInvitees, "count": len(list)})
	}
	if len(list) == 0 {
		return nil, errs.New(errs.Invalid, "nobody_named", "Say whom to invite.").WithField("email")
	}
	known, err := s.knownAddresses(ctx, list)
	if err != nil {
		return nil, err
	}
	var verdicts []Verdict
	err = s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		j := judge{who: who, known: known, seen: map[string]bool{}}
		var err error
		if j.groups, err = allGroups(ctx, tx); err != nil {
			return err
		}
		if j.all, err = readRoles(ctx, tx, who.IsParent); err != nil {
			return err
		}
		j.roles = roleNames(j.all)
		verdicts = make([]Verdict, len(list))
		for i, in := range list {
			v := &verdicts[i]
			v.Line, v.Email, v.Name = in.Line, plainEmail(in.Email), strings.TrimSpace(in.Name)
			err := j.look(in, v)
			if e, ok := err.(*errs.Error); ok {
				v.Err = e
			} else if err != nil {
				return err
			}
		}
		return nil
	})
	return verdicts, err
}

// judge is what judging the lines of one list needs.
type judge struct {
	who    authz.Actor
	known  map[string]id.Account // folded address → account that has it
	seen   map[string]bool       // folded addresses of earlier lines
	groups []Group
	all    []Role
	roles  map[string]authz.Role // id and folded name → role
}

// look fills a verdict; an errs.Error stands in the way of the line.
func (j *judge) look(in Invitee, v *Verdict) error {
	if err := CheckEmail(v.Email); err != nil {
		return err
	}
	folded := fold.Text(v.Email)
	switch at, taken := j.known[folded]; {
	case j.seen[folded]:
		return errs.New(errs.Invalid, "named_twice", "This address is in the list twice.").WithField("email")
	case taken && at == j.who.Account:
		return errs.New(errs.Conflict, "already_here", "This person is here already.").WithField("email")
	case taken:
		return emailInUse()
	}
	j.seen[folded] = true
	if v.Name == "" {
		v.Name = v.Email
	} else if name, err := checkName(v.Name); err != nil {
		return err
	} else {
		v.Name = name
	}
	for _, name := range in.Roles {
		role, ok := j.roles[fold.Text(name)]
		if !ok {
			return errs.New(errs.Invalid, "bad_role", "There is no such role in this account.").WithField("roles")
		}
		v.Roles = append(v.Roles, role)
	}
	v.Roles = checkRoles(v.Roles)
	if err := mayManage(j.who, v.Roles); err != nil {
		return err
	}
	if err := mayGrant(j.who, v.Roles, j.all); err != nil {
		return err
	}
	return j.lookGroups(in, v)
}

func (j *judge) lookGroups(in Invitee, v *Verdict) error {
	for _, name := range in.Groups {
		i := slices.IndexFunc(j.groups, func(g Group) bool { return string(g.ID) == name || fold.Text(g.Name) == fold.Text(name) })
		if i < 0 {
			return errs.Newf(errs.Invalid, "group_not_found", "There is no group %s in this account.", name).
				WithField("groups").WithParams(map[string]any{"name": name})
		}
		if g := j.groups[i]; !g.BuiltIn && !slices.ContainsFunc(v.Groups, func(has Group) bool { return has.ID == g.ID }) {
			v.Groups = append(v.Groups, g)
		}
	}
	return nil
}

// knownAddresses says which account has each address of the list that somebody has.
func (s *Service) knownAddresses(ctx context.Context, list []Invitee) (map[string]id.Account, error) {
	known := map[string]id.Account{}
	words := make([]string, len(list))
	for i, in := range list {
		words[i] = fold.Text(in.Email)
	}
	err := s.db.Read(ctx, db.System(), func(tx *db.Tx) error {
		return tx.Query(ctx, `SELECT email_folded, account_id FROM users WHERE email_folded IN {words :emails}`, db.Args{"emails": db.Words(words)},
			func(scan func(...any) error) error {
				var email string
				var at id.Account
				err := scan(&email, &at)
				known[email] = at
				return err
			})
	})
	return known, err
}

// builtInNames are the names of the built-in roles as people write them.
var builtInNames = map[string]authz.Role{
	"administrator": authz.Admin, "view-only": authz.ViewOnly, "view only": authz.ViewOnly, "viewer": authz.ViewOnly,
}

// roleNames gives roles by id and by folded name.
func roleNames(all []Role) map[string]authz.Role {
	names := map[string]authz.Role{}
	for _, r := range all {
		if !r.BuiltIn {
			names[fold.Text(r.Name)] = r.ID
		}
	}
	maps.Copy(names, builtInNames)
	for _, r := range all {
		names[string(r.ID)] = r.ID
	}
	return names
}
