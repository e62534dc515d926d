package fn

var datasourceFunc = Func{
	Name: "DATASOURCE", Group: DataManipulation, Form: Source,
	Params: []Param{
		{Name: "datasource_id", Kind: SourceID},
		{Name: "pointer", Kind: PointerTo},
	},
	Doc: "Gives what a pointer selects in a data source, as the direct reference does; both may be computed, so that a control can switch sources.",
	Examples: []Example{
		{`DATASOURCE("Orders", "Orders,B:B")`, "Rep, Ines, Bo, Ines, Cy, Bo, Dee"},
		{`DATASOURCE(CONCAT("Reg", "ions"), "B2:B3")`, "Uma, Tod"},
	},
}
