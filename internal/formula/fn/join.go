package fn

import (
	"strings"

	"octavo/internal/formula/value"
)

var joinFunc = Func{
	Name: "JOIN", Group: TextGroup,
	Params: []Param{
		{Name: "data", Kind: List},
		{Name: "glue", Kind: Text, Optional: true, Default: ","},
	},
	Doc: "Writes all items into one text with a glue between them; a blank is the empty text.",
	Examples: []Example{
		{`JOIN(@Rep, ";")`, "Ines;Bo;Ines;Cy;Bo;Dee"},
		{`JOIN(@Note)`, "ok,,late,,OK,12"},
		{`JOIN(@Units, "")`, "472915"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		glue := c.Text(1, ",")
		v := c.Vec(0)
		coded := v.Coded()
		entries := make([]string, coded.Entries.Len())
		for i := range entries {
			entries[i] = coded.Entries.Item(i).Text()
		}
		code := func(i int) uint32 {
			if v.IsConst() {
				return 0
			}
			return coded.Codes[i]
		}
		size := max(0, v.Len()-1) * len(glue)
		for i := range v.Len() {
			size += len(entries[code(i)])
		}
		if err := c.Reserve(1, size); err != nil {
			return value.Vector{}, err
		}
		var b strings.Builder
		b.Grow(size)
		err := c.Blocks(v.Len(), func(lo, hi int) {
			for i := lo; i < hi; i++ {
				if i > 0 {
					b.WriteString(glue)
				}
				b.WriteString(entries[code(i)])
			}
		})
		return value.Const(value.Str(b.String()), 1), err
	},
}
