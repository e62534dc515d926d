package fn

var mapflatFunc = Func{
	Name: "MAPFLAT", Group: DataManipulation, Form: MapFlat,
	Params: []Param{
		{Name: "values", Kind: List},
		{Name: "variable name", Kind: Name},
		{Name: "formula", Kind: Formula},
	},
	Doc: "Evaluates a formula for each item, which it sees as a variable, and puts all results into one list.",
	Examples: []Example{
		{`MAPFLAT(ARRAY("North","South"), "r", SELECT(@Units, @Region = $r))`, "4, 2, 7, 1"},
		{`MAPFLAT(ARRAY(1, 2), n, ARRAY($n, "x"))`, "1, x, 2, x"},
	},
}
