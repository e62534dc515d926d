package fn

var setFunc = Func{
	Name: "SET", Group: DataManipulation, Form: Set,
	Params: []Param{
		{Name: "variable names", Kind: Names},
		{Name: "values", Kind: List},
		{Name: "expression", Kind: Formula},
	},
	Doc: "Evaluates an expression that sees variables with the given values, one item for each name.",
	Examples: []Example{
		{`SET(ARRAY("lo","hi"), ARRAY(2, 6), SELECT(@Units, BETWEEN(@Units, $lo, $hi)))`, "4, 2, 5"},
		{`SET("total", SUM(@Units), SELECT(@Units, @Units > $total / 4))`, "9"},
	},
}
