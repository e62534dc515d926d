package fn

import (
	"octavo/internal/formula/country"
	"octavo/internal/formula/value"
)

var countryCleanFunc = Func{
	Name: "COUNTRY_CLEAN", Group: TextGroup,
	Params: []Param{
		{Name: "data", Kind: Text},
		{Name: "ISO format", Kind: ISOFormat, Optional: true, Default: "English name"},
	},
	Doc: "Reads countries by name or ISO 3166-1 code and writes all in one way; what is no country becomes INVALID COUNTRY.",
	Examples: []Example{
		{`COUNTRY_CLEAN(ARRAY("DEU","fr","Atlantis"))`, "Germany, France, INVALID COUNTRY"},
		{`COUNTRY_CLEAN(ARRAY("USA", "uk", "Korea, Republic of"), ISO Alpha-2)`, "US, GB, KR"},
		{`COUNTRY_CLEAN("Cote d'Ivoire", ISO Alpha-3)`, "CIV"},
		{`COUNTRY_CLEAN("Czech Republic", ISO Numeric)`, "203"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		format := c.Keyword(1, "")
		return c.rows(func(row []value.Item) (value.Item, error) {
			if row[0].IsEmpty() {
				return value.Item{}, nil
			}
			found, ok := country.Find(row[0].Text())
			if !ok {
				return value.Str("INVALID COUNTRY"), nil
			}
			switch format {
			case "ISO Alpha-2":
				return value.Str(found.Alpha2), nil
			case "ISO Alpha-3":
				return value.Str(found.Alpha3), nil
			case "ISO Numeric":
				return value.Str(found.Numeric), nil
			}
			return value.Str(found.Name), nil
		}, 0)
	},
}
