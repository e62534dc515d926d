package component

import (
	"cmp"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	xnumber "golang.org/x/text/number"

	"octavo/internal/formula/datefmt/locale"
)

// Locale says how numbers and dates are written in an account.
type Locale struct {
	Tag         string // "en"
	Decimal     string
	Group       string
	Sizes       [2]int        // digits in the last group and in the others
	Ungrouped   int           // the most digits that stand without a group mark
	Percent     string        // # stands for the digits
	Currency    [2]string     // of positive and negative amounts; ¤ stands for the symbol
	Symbol      string        // of the account's currency
	DatePattern string        // of days without a pattern of their own
	TimePattern string        // appended where the items have a time of day
	names       *locale.Names // nil = English
}

// English is the locale of an account that has not chosen one.
var English = Locale{
	Tag: "en", Decimal: ".", Group: ",", Sizes: [2]int{3, 3}, Ungrouped: 3, Percent: "#%", Currency: [2]string{"¤#", minus + "¤#"},
	Symbol: "€", DatePattern: "d MMM yyyy", TimePattern: " HH:mm",
}

// noBreak is a blank at which no line ends.
const noBreak = "\u00a0"

// LocaleFor gives how a locale such as fr-CA writes numbers and dates: the marks of
// numbers from golang.org/x/text; what stands around them, the names of months and the
// patterns of days and times from CLDR. ok is false if the language is not known;
// the locale is then English, as it is for "en".
func LocaleFor(tag string) (l Locale, ok bool) {
	if tag == "" || strings.EqualFold(tag, English.Tag) {
		return English, true
	}
	names, ok := locale.Find(tag)
	t, err := language.Parse(tag)
	if !ok || err != nil {
		return English, false
	}
	l = English
	l.Tag, l.names = t.String(), names
	l.readMarks(t)
	l.Ungrouped, l.Percent = names.Numbers.Ungrouped, names.Numbers.Percent
	for i, pattern := range names.Numbers.Currency {
		l.Currency[i] = strings.Replace(pattern, "-", minus, 1)
	}
	l.DatePattern, l.TimePattern = names.Day, " "+names.Time
	return l, true
}

// lastGroups finds the last two groups of an integer and the marks behind each; a 5 follows.
var lastGroups = regexp.MustCompile(`(\d+)(\D+)(\d+)(\D+)5$`)

// readMarks finds marks and groups in a number that has all of them.
func (l *Locale) readMarks(t language.Tag) {
	latin, err := t.SetTypeForKey("nu", "latn")
	if err != nil {
		latin = t
	}
	text := message.NewPrinter(latin).Sprint(xnumber.Decimal(1234567890.5, xnumber.MinFractionDigits(1)))
	if m := lastGroups.FindStringSubmatch(text); m != nil {
		l.Group, l.Decimal, l.Sizes = m[2], m[4], [2]int{len(m[3]), len(m[1])}
	}
}

// EngineTag is the locale as formulas know it: empty for plain English.
func (l Locale) EngineTag() string {
	if l.names == nil {
		return ""
	}
	return l.Tag
}

// symbol is that of a format, or of the account. Where the number follows at once, a
// letter or dot at its end is kept off the digits: €5, but CHF 5.
func (l Locale) symbol(f Format) string {
	s := cmp.Or(f.Symbol, l.Symbol)
	last, _ := utf8.DecodeLastRuneInString(s)
	if s != "" && strings.HasPrefix(l.Currency[0], "¤#") && !unicode.IsSymbol(last) && !unicode.IsSpace(last) {
		s += noBreak
	}
	return s
}

// DrawLocale is how the drawing layer writes what stands beside the texts of a result:
// ticks, labels and counts. Patterns of dates are made of d, M, y, H, h, m and a, as in formulas.
type DrawLocale struct {
	Tag          string    `json:"tag" doc:"Such as fr-CA."`
	Decimal      string    `json:"decimal"`
	Group        string    `json:"group"`
	GroupSizes   [2]int    `json:"group_sizes" doc:"Digits in the last group and in the others."`
	Ungrouped    int       `json:"ungrouped" doc:"The most digits that stand without a group mark: 4 where 1234 has none and 12 345 has one."`
	Percent      string    `json:"percent" doc:"# stands for the digits."`
	Currency     [2]string `json:"currency" doc:"Of positive and of negative amounts; # stands for the digits, ¤ for the symbol."`
	Months       []string  `json:"months" doc:"Short names beside a day, from January."`
	MonthsAlone  []string  `json:"months_alone" doc:"Short names that stand alone."`
	Halves       [2]string `json:"halves" doc:"Before and after noon."`
	MonthDay     string    `json:"month_day" doc:"Pattern of a day of a year."`
	Year         string    `json:"year" doc:"Pattern of a year."`
	Time         string    `json:"time" doc:"Pattern of a time of day."`
	FirstWeekday int       `json:"first_weekday" doc:"0 is Sunday."`
}

// Draw gives what the drawing layer needs of a locale where weeks begin on a day.
func (l Locale) Draw(weekStart time.Weekday) *DrawLocale {
	names := l.names
	if names == nil {
		names = locale.English()
	}
	return &DrawLocale{
		Tag: l.Tag, Decimal: l.Decimal, Group: l.Group, GroupSizes: l.Sizes, Ungrouped: l.Ungrouped, Percent: l.Percent, Currency: l.Currency,
		Months: names.Months.Short[:], MonthsAlone: names.MonthsAlone.Short[:], Halves: names.Halves,
		MonthDay: names.MonthDay, Year: names.Year, Time: names.Time, FirstWeekday: int(weekStart),
	}
}
