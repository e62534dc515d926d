package fn

// The kinds of parameters of functions with texts and dates.
const (
	Expression       Kind = "regular expression" // RE2
	TruncatePosition Kind = "truncate position"
	TruncateStyle    Kind = "truncate style"
	ISOFormat        Kind = "ISO format"
	DateUnit         Kind = "date unit"  // to add
	DateField        Kind = "date field" // to set
	DatePart         Kind = "date part"  // to read
	Weekday          Kind = "weekday"
	Weekdays         Kind = "weekdays" // a list of them
	Direction        Kind = "direction"
	Duration         Kind = "duration format"
)
