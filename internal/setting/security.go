package setting

import (
	"context"
	"net/netip"
	"strconv"
	"time"

	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/id"
)

// Names of the settings of security. Their values are whole numbers; those that end in _s are seconds.
// An agency decides within the limits of the product, a client only for something stricter than its agency.
const (
	SessionIdle     = "session_idle_s"        // a session ends after so long without a request
	SessionMax      = "session_max_s"         // and at the latest so long after its sign-in
	PasswordLength  = "password_length"       // fewest characters of a password
	PasswordClasses = "password_classes"      // kinds of characters: lower, upper, digit, other
	PasswordHistory = "password_history"      // so many passwords, the present one among them, are not chosen again
	PasswordMaxAge  = "password_max_age_days" // an older one is replaced at sign-in; 0 = never
	LockTries       = "lock_tries"            // wrong passwords before sign-in is locked
	LockTime        = "lock_s"                // how long, and within which time they count
)

const (
	day                = 24 * time.Hour
	mostCharacters     = 128
	mostClasses        = 4
	mostHistory        = 24
	longestPasswordAge = 3650
)

// number is a setting whose values can be compared: more, or less, is stricter.
type number struct {
	low, high int64
	more      bool // more is stricter
	zero      bool // 0 stands for "no limit", the least strict of all
}

var numbers = map[string]number{
	SessionIdle:     {low: 300, high: int64((30 * day).Seconds())},
	SessionMax:      {low: 3600, high: int64((30 * day).Seconds())},
	PasswordLength:  {low: 10, high: mostCharacters, more: true},
	PasswordClasses: {low: 1, high: mostClasses, more: true},
	PasswordHistory: {low: 0, high: mostHistory, more: true},
	PasswordMaxAge:  {low: 1, high: longestPasswordAge, zero: true},
	LockTries:       {low: 3, high: 10},
	LockTime:        {low: 900, high: int64(day.Seconds()), more: true},
}

// securityDefinitions are the settings of security in the order of their screen.
var securityDefinitions = []definition{
	numeric(SessionIdle, "43200"),
	numeric(SessionMax, "2592000"),
	numeric(PasswordLength, "10"),
	numeric(PasswordClasses, "1"),
	numeric(PasswordHistory, "0"),
	numeric(PasswordMaxAge, "0"),
	numeric(LockTries, "10"),
	numeric(LockTime, "900"),
	{name: IPRanges, alone: true, check: checkRanges},
	{name: SupportUntil, alone: true, check: checkSupport},
}

func numeric(name, factory string) definition {
	return definition{name: name, factory: factory, check: func(text string) error { return numbers[name].check(name, text) }}
}

func (n number) check(name, text string) error {
	v, err := strconv.ParseInt(text, 10, 64)
	if err == nil && strconv.FormatInt(v, 10) == text && (v >= n.low && v <= n.high || v == 0 && n.zero) {
		return nil
	}
	return errs.Newf(errs.Invalid, "bad_number_setting", "This is a whole number from %d to %d.", n.low, n.high).WithField(name).
		WithParams(map[string]any{"setting": name, "low": n.low, "high": n.high})
}

// loosens says whether a value is less strict than another one. Both were checked.
func (n number) loosens(value, than string) bool {
	a, b := whole(value), whole(than)
	switch {
	case n.zero && (a == 0 || b == 0):
		return a == 0 && b != 0
	case n.more:
		return a < b
	}
	return a > b
}

// loosens says whether a client has decided something less strict than what holds in its agency now.
func (c chosen) loosens(name, value, inherited string) bool {
	n, ok := numbers[name]
	return ok && c.client && n.loosens(value, inherited)
}

func whole(text string) int64 {
	n, _ := strconv.ParseInt(text, 10, 64) // checked when it was stored
	return n
}

// tooLoose refuses a value of a client that is less strict than what its agency has.
func (c chosen) tooLoose(name string, value *string) error {
	n, ok := numbers[name]
	if !ok || value == nil || !c.client {
		return nil
	}
	floor, ok := c.agency[name]
	if !ok {
		floor = factoryOf(name)
	}
	if !n.loosens(*value, floor) {
		return nil
	}
	return errs.New(errs.Invalid, "setting_too_loose", "Your agency is stricter here. Choose what is at least as strict.").WithField(name).
		WithParams(map[string]any{"setting": name, "floor": whole(floor)})
}

func factoryOf(name string) string {
	for _, d := range definitions {
		if d.name == name {
			return d.factory
		}
	}
	return ""
}

// Security is what an account asks of sign-ins.
type Security struct {
	Idle     time.Duration // of a session without a request
	Max      time.Duration // of a session
	Password PasswordRules
	Tries    int64          // wrong passwords before sign-in is locked
	Lock     time.Duration  // how long
	Ranges   []netip.Prefix // where people of the account come from; none = everywhere
}

// PasswordRules are what a new password has to keep.
type PasswordRules struct {
	Length  int
	Classes int
	History int
	MaxAge  time.Duration // 0 = none
}

// FactorySecurity holds where nobody has decided anything.
func FactorySecurity() Security { return chosen{}.security() }

// SecurityOf reads what an account asks of sign-ins, in a System transaction. It asks nobody: it holds for everybody.
func SecurityOf(ctx context.Context, tx *db.Tx, a id.Account) (Security, error) {
	c, err := read(ctx, tx, a)
	return c.security(), err
}

func (c chosen) security() Security {
	n := map[string]int64{}
	ranges, _ := parseRanges(c.own[IPRanges]) // checked when they were stored
	for _, v := range c.values(true) {
		if _, ok := numbers[v.Name]; ok {
			n[v.Name] = whole(v.Value)
		}
	}
	seconds := func(name string) time.Duration { return time.Duration(n[name]) * time.Second }
	return Security{
		Idle: seconds(SessionIdle), Max: seconds(SessionMax), Tries: n[LockTries], Lock: seconds(LockTime), Ranges: ranges,
		Password: PasswordRules{Length: int(n[PasswordLength]), Classes: int(n[PasswordClasses]), History: int(n[PasswordHistory]),
			MaxAge: time.Duration(n[PasswordMaxAge]) * day},
	}
}

// ChoseIdle says whether any account of the installation has decided how long its sessions rest, in a System transaction.
func ChoseIdle(ctx context.Context, tx *db.Tx) (bool, error) {
	var one int
	return tx.One(ctx, `SELECT 1 FROM account_settings WHERE name = :name AND value IS NOT NULL LIMIT 1`, db.Args{"name": SessionIdle}, &one)
}
