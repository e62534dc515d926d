package fn

// table lists every function: one line per file of this folder.
var table = []*Func{
	&arrayFunc,
	&blankFunc,
	&countdistinctFunc,
	&firstFunc,
	&groupFunc,
	&groupbyFunc,
	&lastFunc,
	&lookupFunc,
	&reverseFunc,
	&selectFunc,
	&sliceFunc,
	&sortFunc,
	&trimFunc,

	&andFunc,
	&betweenFunc,
	&ifFunc,
	&notFunc,
	&orFunc,

	&averageFunc,
	&countFunc,
	&countallFunc,
	&countifFunc,
	&maxFunc,
	&minFunc,
	&roundFunc,
	&sumFunc,
	&sumifFunc,

	&concatFunc,

	&dateFunc,
	&dateStartofFunc,
	&datevalueFunc,
	&nowFunc,
	&todayFunc,

	&ifblankFunc,
}
