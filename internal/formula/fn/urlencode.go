package fn

import "octavo/internal/formula/value"

var urlencodeFunc = Func{
	Name: "URLENCODE", Group: TextGroup,
	Params: []Param{{Name: "data", Kind: Text}},
	Doc:    "Encodes texts for web addresses: all but letters and digits of ASCII and - _ . ~ becomes %XX.",
	Examples: []Example{
		{`URLENCODE("a b&c=1")`, "a%20b%26c%3D1"},
		{`URLENCODE("été/2024")`, "%C3%A9t%C3%A9%2F2024"},
	},
	Eval: func(c *Call) (value.Vector, error) { return c.texts(urlEncode) },
}

func urlEncode(s string) string {
	const hex = "0123456789ABCDEF"
	out := make([]byte, 0, len(s)+len(s)/4)
	for i := range len(s) {
		if unreserved(s[i]) {
			out = append(out, s[i])
		} else {
			out = append(out, '%', hex[s[i]>>4], hex[s[i]&15])
		}
	}
	return string(out)
}

func unreserved(c byte) bool {
	switch c {
	case '-', '_', '.', '~':
		return true
	}
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
