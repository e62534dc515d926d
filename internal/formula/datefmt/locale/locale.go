// Package locale has the names of months and weekdays, the words for the halves of
// the day, the usual patterns of days and times and the shapes of numbers in the locales
// that an account can choose, from CLDR.
// table.go is written by table.mjs.
package locale

import "strings"

// Words are names in full and abbreviated: 12 months from January, or 7
// weekdays from Sunday and then empty texts.
type Words struct{ Wide, Short [12]string }

// Names are the words of one locale. Those beside other parts of a date and
// those that stand alone differ where languages have cases.
type Names struct {
	Locale              string // such as fr-CA; empty for English
	Months, MonthsAlone Words
	Days, DaysAlone     Words
	Halves              [2]string // before and after noon
	Day, Time           string    // the usual patterns: a day of medium length, a short time
	MonthDay, Year      string    // the patterns of a day and a year where room is short
	Numbers             Numbers
}

// Numbers is how numbers are put together. In the patterns # stands for the digits
// and ¤ for the symbol of a currency; blanks do not break, the minus sign is a hyphen.
type Numbers struct {
	Ungrouped int       // the most digits that stand without a mark between groups: 3, or 4 where 1234 has none
	Percent   string    // such as "#%"
	Currency  [2]string // of positive amounts and of negative ones
}

// English are the names that patterns mean without a locale: abbreviations of
// three letters, AM and PM. Read only.
func English() *Names { return &english }

var english = Names{
	Months: englishMonths, MonthsAlone: englishMonths, Days: englishDays, DaysAlone: englishDays, Halves: [2]string{"AM", "PM"},
	Day: "d MMM yyyy", Time: "HH:mm", MonthDay: "d MMM", Year: "yyyy",
	Numbers: Numbers{Ungrouped: 3, Percent: "#%", Currency: [2]string{"¤#", "-¤#"}},
}

var (
	englishMonths = Words{
		Wide:  [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
		Short: [12]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
	}
	englishDays = Words{
		Wide:  [12]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
		Short: [12]string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"},
	}
)

// Find finds the names of a locale, in any case; those of another region of the
// language if the region is not known. ok is false if the language is not; then
// they are English. Read only.
func Find(name string) (names *Names, ok bool) {
	language, _, _ := strings.Cut(name, "-")
	for i := range table {
		if strings.EqualFold(table[i].Locale, name) {
			return &table[i], true
		}
	}
	for i := range table {
		if l, _, _ := strings.Cut(table[i].Locale, "-"); strings.EqualFold(l, language) {
			return &table[i], true
		}
	}
	return English(), false
}

// All lists the locales in the order in which they are offered.
func All() []string {
	out := make([]string, len(table))
	for i := range table {
		out[i] = table[i].Locale
	}
	return out
}
