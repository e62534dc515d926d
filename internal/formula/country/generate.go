//go:build ignore

// Writes iso.txt: go run generate.go > iso.txt. Codes and names come from
// golang.org/x/text (CLDR); what CLDR words unlike people do is mended in
// names.txt, by hand.
package main

import (
	"fmt"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

func main() {
	fmt.Println("# ISO 3166-1: alpha-2, alpha-3, numeric, English name; written by generate.go, do not edit")
	names := display.English.Regions()
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			code := string(a) + string(b)
			r, err := language.ParseRegion(code)
			if err != nil || !r.IsCountry() || r.M49() == 0 || r.String() != code || r.Canonicalize() != r || len(r.ISO3()) != 3 || names.Name(r) == "" {
				continue // no code, a former one, or one for private use
			}
			fmt.Printf("%s %s %03d %s\n", code, r.ISO3(), r.M49(), names.Name(r))
		}
	}
}
