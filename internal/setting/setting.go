package setting

import (
	"slices"
	"strings"
	"time"

	"golang.org/x/text/currency"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"octavo/internal/component"
	"octavo/internal/errs"
	"octavo/internal/formula/datefmt"
)

// Names of settings; they appear in the API and never change.
const (
	TimeZone     = "time_zone"            // IANA
	Locale       = "locale"               // CLDR, of numbers and dates
	DatePattern  = "date_pattern"         // of days without a pattern of their own
	FirstWeekday = "first_weekday"        // monday … sunday
	Currency     = "currency"             // ISO 4217
	Downloads    = "downloads"            // yes, no: pictures, tables and files can be taken out of the account
	PeopleChoose = "people_choose"        // yes, no: people may have a time zone and locale of their own
	Refreshes    = "refreshes"            // always, active_only: data is fetched as planned, or only while somebody is there
	DateZone     = "date_expression_zone" // account, legacy-est: {date…} in requests is in the account's zone, or in UTC−5 all year
	ShowVisitors = "show_visitors"        // yes, no: a client's activity names the agency's people
)

// Source says where the value in force comes from.
type Source string

// The sources.
const (
	Own     Source = "account"
	Agency  Source = "agency"
	Factory Source = "factory"
)

// definition is one setting.
type definition struct {
	name    string
	factory string
	agency  bool // exists in agencies only
	alone   bool // clients do not inherit it
	check   func(string) error
}

// definitions are all settings in the order of the screen.
var definitions = append([]definition{
	{name: TimeZone, factory: "UTC", check: checkZone},
	{name: Locale, factory: "en", check: checkLocale},
	{name: DatePattern, check: checkPattern}, // the locale's: see localePattern
	{name: FirstWeekday, factory: "sunday", check: checkWeekday},
	{name: Currency, factory: "EUR", check: checkCurrency},
	yesNo(Downloads, "yes", false),
	yesNo(PeopleChoose, "yes", false),
	{name: Refreshes, factory: "always", check: checkRefreshes},
	{name: DateZone, factory: "account", check: checkDateZone},
	yesNo(ShowVisitors, "no", true),
}, securityDefinitions...)

// Value is a setting as it holds in an account.
type Value struct {
	Name      string
	Value     string // in force
	Source    Source
	Inherited string // in force if the account decided nothing
}

func refused(name, sentence string) error {
	return errs.New(errs.Invalid, "bad_setting", sentence).WithField(name).WithParams(map[string]any{"setting": name})
}

func checkZone(text string) error {
	if _, err := time.LoadLocation(text); err != nil || text == "" || text == "Local" {
		return refused(TimeZone, "There is no such time zone. Choose one such as Europe/Lisbon.")
	}
	return nil
}

func checkLocale(text string) error {
	if _, ok := component.LocaleFor(text); !ok || text == "" {
		return refused(Locale, "This language is not known. Choose one such as en or fr-CA.")
	}
	return nil
}

func checkPattern(text string) error {
	if _, err := datefmt.Compile(text); err != nil || strings.TrimSpace(text) == "" || len(text) > 60 {
		return refused(DatePattern, "This is no pattern of a date. Write one such as d MMM yyyy.")
	}
	return nil
}

var weekdays = []string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}

func checkWeekday(text string) error {
	if !slices.Contains(weekdays, text) {
		return refused(FirstWeekday, "A week begins on a day from monday to sunday.")
	}
	return nil
}

func checkCurrency(text string) error {
	if unit, err := currency.ParseISO(text); err != nil || unit.String() != text {
		return refused(Currency, "There is no such currency. Write three capitals such as EUR.")
	}
	return nil
}

func checkRefreshes(text string) error {
	if text != "always" && text != "active_only" {
		return refused(Refreshes, "Data is fetched always, or while somebody is in the account: active_only.")
	}
	return nil
}

// legacyEST is the zone that Klipfolio counts days of requests in: that of New York without its summer time.
const legacyEST = "legacy-est"

func checkDateZone(text string) error {
	if text != "account" && text != legacyEST {
		return refused(DateZone, "Dates in requests are in the time zone of the account, or as in Klipfolio: legacy-est.")
	}
	return nil
}

func yesNo(name, factory string, agency bool) definition {
	return definition{name: name, factory: factory, agency: agency, check: func(text string) error {
		if text != "yes" && text != "no" {
			return refused(name, "This is yes or no.")
		}
		return nil
	}}
}

// place is what values say about how things are shown. Values were checked when they were stored.
func place(values map[string]string) component.Place {
	p := component.DefaultPlace()
	if zone, err := time.LoadLocation(values[TimeZone]); err == nil {
		p.Zone = zone
	}
	p.Locale, _ = component.LocaleFor(values[Locale])
	p.Locale.DatePattern = values[DatePattern]
	p.Locale.Symbol = symbol(values[Currency], values[Locale])
	if day := slices.Index(weekdays, values[FirstWeekday]); day >= 0 {
		p.WeekStart = time.Weekday(day)
	}
	return p
}

// symbol is how a locale writes a currency, in its shortest form.
func symbol(code, locale string) string {
	unit, err := currency.ParseISO(code)
	if err != nil {
		return code
	}
	tag, err := language.Parse(locale)
	if err != nil {
		tag = language.English
	}
	return message.NewPrinter(tag).Sprint(currency.NarrowSymbol(unit))
}
