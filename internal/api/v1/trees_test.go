package v1_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	v1 "octavo/internal/api/v1"
	"octavo/internal/api/v1/apitest"
)

const crew = `{"ship":"Aurora","crew":{"member":[
	{"name":"Ines","rank":2,"ports":["Faro","Vigo"]},
	{"name":"Bo","rank":1},
	{"name":"Cy","rank":3,"ports":["Bergen"]}]}}`

// upload makes a data source of a file.
func (w *workshop) upload(c *apitest.Client, account, name, content string) string {
	w.t.Helper()
	var up v1.Upload
	c.Do(http.MethodPost, "/"+account+"/uploads?name="+name, strings.NewReader(content)).Want(http.StatusCreated).JSON(&up)
	var src v1.DataSource
	c.Post("/"+account+"/data-sources", map[string]any{"name": strings.TrimSuffix(name, ".json"), "upload_id": up.ID}).Want(http.StatusCreated).JSON(&src)
	return src.ID
}

// ask evaluates a formula as the formula bar does: its items as JSON, or the code of its error.
func (w *workshop) ask(c *apitest.Client, formula string, sources ...string) string {
	w.t.Helper()
	var out v1.FormulaOutput
	c.Post("/northlight/formula", map[string]any{"formula": formula, "sources": sources}).Want(http.StatusOK).JSON(&out)
	if out.Error != nil {
		return out.Error.Code
	}
	text, err := json.Marshal(out.Items)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(text)
}

func TestPathsIntoAJSONUpload(t *testing.T) {
	w := newWorkshop(t)
	c := w.As("editor@northlight.test")
	src := w.upload(c, "northlight", "crew.json", crew)
	csv := w.source(c, "northlight", "Orders")
	for _, q := range []struct{ formula, want string }{
		{`@/crew/member/name;`, `["Ines","Bo","Cy"]`},
		{`@fill(/crew/member, ports)`, `["Faro",null,"Bergen"]`},
		{`@count(//ports);`, `[3]`},
		{`SUM(@/crew/member[rank > 1]/rank;) * 10`, `[50]`},
		{`@name`, `["Ines","Bo","Cy"]`}, // the table of records, as before
		{`@B1:B2`, `["rank",2]`},
		{`@[crew/ship]`, `["Aurora"]`},
		{`MAP(@name, n, @/crew/member[name=$n]/rank;)`, `[2,1,3]`},
		{`DATASOURCE("` + src + `", "crew/member[1]/name")`, `["Ines"]`},
		{`DATASOURCE("` + src + `", CONCAT("/crew/member[", 2, "]/name"))`, `["Bo"]`},
		{`DATASOURCE("` + src + `", "A2:A3")`, `["Ines","Bo"]`},
		{`DATASOURCE(CONCAT("` + src[:16] + `", "` + src[16:] + `"), "/ship")`, `["Aurora"]`},
		{`DATASOURCE(CONCAT("` + csv + `", ""), "B2:B2")`, `["10"]`},
		{`@/crew[;`, "syntax"},
	} {
		if got := w.ask(c, q.formula, src, csv); got != q.want {
			t.Errorf("%s = %s, want %s", q.formula, got, q.want)
		}
	}
	if got := w.ask(c, `@[Orders/crew/member]`, csv); got != "unknown_reference" {
		t.Errorf("a path into a table: %s", got)
	}
}

func TestAKlipOverAJSONUpload(t *testing.T) {
	w := newWorkshop(t)
	c := w.As("editor@northlight.test")
	src := w.upload(c, "northlight", "crew.json", crew)
	for _, formula := range []string{
		`@fill(/crew/member, ports);`, `@/crew/member/name;`, `@rank`, `DATASOURCE("` + src + `", "crew/member/name")`, `DATASOURCE(LOWER("` + src + `"), "/ship")`,
	} {
		k := w.klip(c, "northlight", sum(src, formula))
		if !strings.Contains(formula, "LOWER") && formulaText(t, k.Document) != formula {
			t.Errorf("%s is shown as %s", formula, formulaText(t, k.Document))
		}
		path := "/northlight/klips/" + k.ID
		got := c.Get(path + "/result").Want(http.StatusOK).Body
		want := map[string]string{"@f": `["Faro","–","Bergen"]`, "@/": `["Ines","Bo","Cy"]`, "@r": `["€2","€1","€3"]`, "DA": `["Ines","Bo","Cy"]`}[formula[:2]]
		if strings.Contains(formula, "LOWER") {
			want = `["Aurora"]`
		}
		if !strings.Contains(got, `"text":`+want) {
			t.Errorf("%s gives %s, want %s", formula, got, want)
		}
		if saved := c.With("If-Match", `"1"`).Put(path, k.Document).Want(http.StatusOK); saved.Header.Get("ETag") != `"1"` {
			t.Errorf("%s: saving what was read makes version %s", formula, saved.Header.Get("ETag"))
		}
	}
}

func formulaText(t *testing.T, doc any) string {
	t.Helper()
	b, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	var d struct {
		Components []struct {
			Components []struct{ Formulas []struct{ Text string } }
		}
	}
	if err := json.Unmarshal(b, &d); err != nil {
		t.Fatal(err)
	}
	return d.Components[0].Components[0].Formulas[0].Text
}

// Whoever learns the id of a source of another account, or of one that is not shared
// with them, reads nothing of it by DATASOURCE.
func TestDATASOURCEStaysInItsKlip(t *testing.T) {
	w := newWorkshop(t)
	c := w.As("editor@northlight.test")
	own := w.upload(c, "northlight", "crew.json", crew)
	foreign := w.upload(w.As("admin@solstice.test"), "solstice-coffee", "secret.json", `{"secret":"beans"}`)
	loose := w.upload(w.As("admin@northlight.test"), "northlight", "loose.json", `{"secret":"salary"}`) // not attached
	for _, victim := range []string{foreign, loose} {
		for _, formula := range []string{
			`DATASOURCE("` + victim + `", "/secret")`, `DATASOURCE(CONCAT("` + victim + `", ""), "/secret")`,
			`DATASOURCE(UPPER("` + victim + `"), "A1:A9")`,
		} {
			if got := w.ask(c, formula, own); got != "unknown_reference" {
				t.Errorf("%s = %s", formula, got)
			}
			k := w.klip(c, "northlight", sum(own, formula))
			if got := c.Get("/northlight/klips/" + k.ID + "/result").Want(http.StatusOK).Body; strings.Contains(got, "beans") || strings.Contains(got, "salary") || !strings.Contains(got, "unknown_reference") {
				t.Errorf("%s in a Klip: %s", formula, got)
			}
		}
	}
	c.Post("/northlight/formula", map[string]any{"formula": `DATASOURCE("` + foreign + `", "/secret")`, "sources": []string{own, foreign}}).
		Refused(http.StatusUnprocessableEntity, "unknown_source")
}

// Objects line by line are a table and a list that paths lead into.
func TestJSONLines(t *testing.T) {
	w := newWorkshop(t)
	c := w.As("editor@northlight.test")
	src := w.upload(c, "northlight", "lines.json", `{"a":1}`+"\n"+`{"a":2}`+"\n")
	got := []string{w.ask(c, "@a", src), w.ask(c, "@/item/a;", src), w.ask(c, "@/item[a=2]/a;", src)}
	if want := []string{`[1,2]`, `[1,2]`, `[2]`}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
