package secret

// Columns names the columns that are rotated.
func Columns() []string {
	var out []string
	for _, c := range columns {
		out = append(out, c.table+"."+c.name)
	}
	return out
}
