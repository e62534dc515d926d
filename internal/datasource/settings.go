package datasource

import (
	"encoding/json"
	"fmt"
	"slices"

	"octavo/internal/asset"
	"octavo/internal/errs"
)

// Settings of a source are apart from its body: an update of a template leaves them.
type Settings struct {
	Refresh Refresh           `json:"refresh"`
	Policy  map[string]string `json:"variable_policy,omitempty"` // name → company_only; absent = any
	History *History          `json:"accumulate,omitempty"`      // nil = the last answer is the data
}

// Refresh says when data is fetched.
type Refresh struct {
	Mode      string `json:"mode"`                 // interval, never
	IntervalS int    `json:"interval_s,omitempty"` // of mode interval
}

const (
	modeNever    = "never"
	modeInterval = "interval"

	companyOnly = "company_only"
)

// Intervals are those that can be chosen, in seconds; 0 = never.
var Intervals = []int{0, 60, 300, 900, 1800, 3600, 2 * 3600, 4 * 3600, 8 * 3600, 12 * 3600, 24 * 3600, 7 * 24 * 3600}

// every makes the settings of an interval in seconds; 0 = never. Code bad_interval.
func every(seconds int) (Refresh, error) {
	if !slices.Contains(Intervals, seconds) {
		return Refresh{}, errs.New(errs.Invalid, "bad_interval", "Data is fetched never, or every 1, 5, 15 or 30 minutes, 1, 2, 4, 8 or 12 hours, day or week.").
			WithField("interval_s")
	}
	if seconds == 0 {
		return Refresh{Mode: modeNever}, nil
	}
	return Refresh{Mode: modeInterval, IntervalS: seconds}, nil
}

// interval in milliseconds; 0 = never.
func (r Refresh) interval() int64 {
	if r.Mode != modeInterval {
		return 0
	}
	return int64(r.IntervalS) * 1000
}

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
