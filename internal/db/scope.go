package db

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"octavo/internal/authz"
	"octavo/internal/id"
)

// Scope says which accounts the statements of a transaction may touch.
type Scope struct {
	kind     scopeKind
	account  id.Account
	family   int64
	accounts []id.Account // further accounts, ascending
	write    []id.Account // accounts that may be written
}

type scopeKind uint8

const (
	systemScope scopeKind = iota + 1
	accountScope
	familyScope
)

// Account opens one account, for reading and writing. :account and :family are bound.
func Account(a id.Account) Scope {
	return Scope{kind: accountScope, account: a, family: a.Family(), write: []id.Account{a}}
}

// Across opens several accounts of one family, as far as authz granted it:
// :account is the source, :accounts the others, :family the family, :agency its parent. Only the
// accounts of a writing grant can be written.
func Across(g authz.Grant) Scope {
	s := Scope{kind: familyScope, account: g.Source(), family: g.Family(), accounts: g.Accounts()}
	if g.Write() {
		s.write = g.Accounts()
	}
	return s
}

// Import is Across, and the source account may be written as well: for the
// records that an import or update leaves with its master.
func Import(g authz.Grant) Scope {
	s := Across(g)
	if g.Write() {
		s.write = append([]id.Account{g.Source()}, s.write...)
	}
	return s
}

// System opens what belongs to no account or is looked up before the account is
// known: settings of the installation, accounts by address, people by e-mail
// address, sessions and keys; and what one look must see for all accounts: jobs that
// are due, changes that open pages wait for. Assets and content cannot be reached with it.
func System() Scope { return Scope{kind: systemScope} }

// bound gives the values that the scope binds itself.
func (s Scope) bound() map[string]any {
	if s.kind == systemScope {
		return nil
	}
	b := map[string]any{"account": int64(s.account), "family": s.family}
	if s.kind == familyScope {
		b["accounts"] = List(s.accounts)
		b["agency"] = int64(id.NewAccount(s.family, 1)) // the parent is the first account of its family
	}
	return b
}

// check refuses a statement that binds no account, and arguments that would replace what the scope binds.
func (s Scope) check(st statement, args Args) error {
	own := s.bound()
	for name := range args {
		if _, ok := own[name]; ok {
			return fmt.Errorf("db: :%s is bound by the scope, not by the caller", name)
		}
	}
	if s.kind == systemScope {
		return nil
	}
	for _, name := range st.names {
		if _, ok := own[name]; ok {
			return nil
		}
	}
	return fmt.Errorf("db: statement without account or family: %s", st.text)
}

// settings are the values that row level security reads on PostgreSQL.
func (s Scope) settings() (account, family, write, system string) {
	switch s.kind {
	case systemScope:
		return "", "", "", "1"
	case accountScope:
		account = strconv.FormatInt(int64(s.account), 10)
	case familyScope:
		family = strconv.FormatInt(s.family, 10)
	}
	list := make([]string, len(s.write))
	for i, a := range s.write {
		list[i] = strconv.FormatInt(int64(a), 10)
	}
	return account, family, strings.Join(list, ","), ""
}

// List writes numbers as the JSON list that {each :name} reads.
func List[N ~int64](numbers []N) string {
	plain := make([]int64, len(numbers))
	for i, n := range numbers {
		plain[i] = int64(n)
	}
	b, _ := json.Marshal(plain) // numbers always marshal
	return string(b)
}

// Words writes texts as the JSON list that {words :name} reads.
func Words[S ~string](texts []S) string {
	if texts == nil {
		texts = []S{}
	}
	b, _ := json.Marshal(texts) // texts always marshal
	return string(b)
}
