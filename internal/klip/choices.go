package klip

import (
	"encoding/csv"
	"maps"
	"regexp"
	"slices"
	"strings"

	"octavo/internal/component"
	"octavo/internal/datasource"
	"octavo/internal/errs"
	"octavo/internal/formula/value"
)

// Choices are what somebody has chosen in the controls of a page. The zero value is a page as it opens.
type Choices struct {
	all  map[string][]string            // by variable
	klip map[string]map[string][]string // by public id of a Klip: what holds in it alone
}

// Limits of choices.
const (
	maxChoices = 200  // values of all variables together
	maxChoice  = 4096 // characters of a value
)

var choice = regexp.MustCompile(`^(?:([A-Za-z0-9]+)!)?([A-Za-z_][A-Za-z0-9_-]{0,99})=((?s).*)$`)

// ParseChoices reads them as addresses carry them: NAME=VALUE holds for every Klip, KLIP!NAME=VALUE for one,
// by its public id. A name that comes more than once stands for a list. Code bad_choice.
func ParseChoices(choices []string) (Choices, error) {
	v := Choices{all: map[string][]string{}, klip: map[string]map[string][]string{}}
	if len(choices) > maxChoices {
		return Choices{}, badChoice()
	}
	for _, text := range choices {
		m := choice.FindStringSubmatch(text)
		if m == nil || len([]rune(m[3])) > maxChoice {
			return Choices{}, badChoice()
		}
		if m[3] == "" {
			continue // as if nobody had chosen: an empty value could select what belongs to all
		}
		into := v.all
		if m[1] != "" {
			if v.klip[m[1]] == nil {
				v.klip[m[1]] = map[string][]string{}
			}
			into = v.klip[m[1]]
		}
		into[m[2]] = append(into[m[2]], m[3])
	}
	return v, nil
}

func badChoice() error {
	return errs.New(errs.Invalid, "bad_choice", "A choice is written NAME=VALUE; at most 200 of 4,096 characters.").WithField("set")
}

// chosen are the choices and defaults that hold in one Klip.
type chosen struct {
	set      map[string][]string // by the viewer
	defaults map[string][]string // of controls; a variable of a control without one is there with nil
	request  datasource.Choices  // the same for requests
}

// of gives what holds in a Klip. around are the settings of the controls of its dashboard that reach it.
func (v Choices) of(public string, d *document, around []component.Setting) *chosen {
	out := &chosen{set: map[string][]string{}, defaults: map[string][]string{}}
	maps.Copy(out.set, v.all)
	maps.Copy(out.set, v.klip[public])
	if d != nil {
		around = slices.Concat(around, component.Settings(d.components)) // its own last: they are the nearest
	}
	for _, s := range around {
		if s.Default != "" {
			out.defaults[s.Variable] = []string{s.Default}
		} else if _, there := out.defaults[s.Variable]; !there {
			out.defaults[s.Variable] = nil
		}
	}
	out.request = datasource.Choices{Set: joined(out.set), Default: joined(out.defaults), Controls: slices.Sorted(maps.Keys(out.defaults))}
	return out
}

// joined are values as a request takes them: several are a line of a CSV file, as a property of type list is.
func joined(lists map[string][]string) map[string]string {
	out := map[string]string{}
	for name, list := range lists {
		switch len(list) {
		case 0:
		case 1:
			out[name] = list[0]
		default:
			var line strings.Builder
			w := csv.NewWriter(&line)
			_ = w.Write(list) // a builder takes everything
			w.Flush()
			out[name] = strings.TrimSuffix(line.String(), "\n")
		}
	}
	return out
}

// reaching are the settings of the controls of a page that reach other Klips.
func reaching(docs []*document) []component.Setting {
	var out []component.Setting
	for _, d := range docs {
		if d == nil {
			continue
		}
		for _, s := range component.Settings(d.components) {
			if s.Scope != component.ScopeKlip {
				out = append(out, s)
			}
		}
	}
	return out
}

// vectors are lists of texts as formulas take them; empty ones are left out.
func vectors(lists map[string][]string) map[string]value.Vector {
	out := make(map[string]value.Vector, len(lists))
	for name, list := range lists {
		if len(list) == 0 {
			continue
		}
		b := value.NewBuilder(len(list))
		for _, text := range list {
			b.AppendText(text)
		}
		out[name] = b.Vector()
	}
	return out
}
