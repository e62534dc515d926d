package fn

import (
	"fmt"
	"strings"
	"time"

	"octavo/internal/formula/syntax"
)

var (
	weekdays = []string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}
	months   = []string{
		"January", "February", "March", "April", "May", "June",
		"July", "August", "September", "October", "November", "December",
	}

	firstValues = []string{"Ignore first value", "Use first value", "Use zero"}
)

// Keywords lists the words a parameter of a kind takes, nil if it takes none.
func Keywords(k Kind) []string {
	switch k {
	case SortOrder:
		return []string{"ascending", "ascending numeric", "descending", "descending numeric"}
	case Method:
		return []string{"SUM", "AVERAGE", "MIN", "MAX", "COUNT", "JOIN", "COUNTDISTINCT", "FIRST", "LAST", "MEDIAN", "STDEV"}
	case Period:
		return []string{"hour", "day", "week", "month", "quarter", "year"}
	case RankOrder:
		return []string{"ascending", "descending"}
	case FirstValue:
		return firstValues
	case First:
		return append(append([]string{}, weekdays...), months...)
	case Weekday, Weekdays:
		return weekdays
	case DateUnit:
		return []string{"second", "minute", "hour", "day", "week", "month", "quarter", "year"}
	case DateField:
		return []string{"second", "minute", "hour", "day", "month", "year"}
	case DatePart:
		return []string{"second", "minute", "hour", "day", "day of week", "day of year", "week", "week of month", "month", "quarter", "year"}
	case Direction:
		return []string{"forward", "backward"}
	case ISOFormat:
		return []string{"ISO Alpha-2", "ISO Alpha-3", "ISO Numeric"}
	case TruncatePosition:
		return []string{"start", "end", "split"}
	case TruncateStyle:
		return []string{"blank", "period", "ellipsis"}
	}
	return nil
}

// Keyword finds the word that a text means for a kind: any case, "_" for a
// space, and beginnings of weekdays and months from 3 letters on. The error
// has the code bad_keyword.
func Keyword(k Kind, text string) (string, *syntax.Error) {
	words := Keywords(k)
	want := strings.Join(strings.Fields(strings.ReplaceAll(text, "_", " ")), " ")
	for _, w := range words {
		if strings.EqualFold(w, want) {
			return w, nil
		}
	}
	if (k == First || k == Weekday || k == Weekdays) && len(want) >= 3 {
		for _, w := range words {
			if len(w) > len(want) && strings.EqualFold(w[:len(want)], want) {
				return w, nil
			}
		}
	}
	hint := ""
	if near, ok := syntax.Nearest(want, words); ok {
		hint = "Did you mean " + near + "?"
	} else {
		hint = "Choose one of: " + strings.Join(words, ", ") + "."
	}
	return "", syntax.Fail(syntax.CodeBadKeyword, fmt.Sprintf("%q is not %s.", text, kindName(k)), hint)
}

// kindName is a kind with its article, as it is called in a sentence.
func kindName(k Kind) string {
	switch k {
	case First:
		return "a weekday or month"
	case Weekdays:
		return "a weekday"
	case ISOFormat:
		return "an ISO format"
	}
	return "a " + string(k)
}

// position finds a word in a list of words; -1 if it is not there.
func position(words []string, w string) int {
	for i, x := range words {
		if x == w {
			return i
		}
	}
	return -1
}

func weekday(w string) (time.Weekday, bool) {
	i := position(weekdays, w)
	return time.Weekday(i), i >= 0
}

func month(w string) (time.Month, bool) {
	i := position(months, w)
	return time.Month(i + 1), i >= 0
}
