package datasource

import (
	"encoding/json"
	"fmt"

	"octavo/internal/asset"
)

// Settings of a source are apart from its body: an update of a template leaves them.
type Settings struct {
	Refresh Refresh           `json:"refresh"`
	Policy  map[string]string `json:"variable_policy,omitempty"` // name → company_only; absent = any
	History *History          `json:"accumulate,omitempty"`      // nil = the last answer is the data

	ExpectS int `json:"expect_every_s,omitempty"` // of sources that are not fetched: data older than these seconds are stale; 0 = none are

	OnSchemaChange string `json:"on_schema_change,omitempty"` // ask, ignore; "" = add
	OnLimit        string `json:"on_limit,omitempty"`         // truncate; "" = fail
}

const companyOnly = "company_only"

func parseSettings(text string) (Settings, error) {
	var s Settings
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return s, fmt.Errorf("datasource: settings: %w", err)
	}
	return s, nil
}

// canonical is how settings are stored: equal ones are one row.
func (s Settings) canonical() ([]byte, error) {
	text, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	return asset.Canon(text)
}

// Guarded gives stored settings in their canonical form with names that only company
// properties may give.
func Guarded(settings string, names []string) ([]byte, error) {
	s, err := parseSettings(settings)
	if err != nil {
		return nil, err
	}
	if s.Policy == nil {
		s.Policy = map[string]string{}
	}
	for _, name := range names {
		s.Policy[name] = companyOnly
	}
	return s.canonical()
}
