package sql

// Asked are the statements with which an engine is asked for tables, and for the names that a prepared query takes from
// variables, with the values of the last.
func Asked(p Prepared) (tables, names string, values []string) {
	ask := p.wanted()
	return p.engine.columns.tables(), ask.text, ask.values
}
