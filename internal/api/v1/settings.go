package v1

import (
	"context"
	"net/http"

	"octavo/internal/authz"
	"octavo/internal/setting"
)

var settingRoutes = []entry{
	route(Route{ID: "get-settings", Method: http.MethodGet, Path: "/{account}/settings", Tag: "settings",
		Permission: authz.AccountSettings, Summary: "Gives the settings of the account, what holds and where it comes from."}, (*Server).getSettings),
	route(Route{ID: "update-settings", Method: http.MethodPatch, Path: "/{account}/settings", Tag: "settings",
		Permission: authz.AccountSettings, Summary: "Changes settings of the account."}, (*Server).updateSettings),
}

// Setting is one setting of an account.
type Setting struct {
	Name      string         `json:"name" doc:"time_zone, locale, date_pattern, first_weekday, currency, downloads, people_choose, refreshes, date_expression_zone, show_visitors (agencies only); of security session_idle_s, session_max_s, password_length, password_classes, password_history, password_max_age_days, lock_tries, lock_s, ip_ranges, support_until (not inherited)."`
	Value     string         `json:"value" doc:"What holds."`
	Source    setting.Source `json:"source" enum:"account,agency,factory" doc:"Who decided it."`
	Inherited string         `json:"inherited" doc:"What would hold if the account decided nothing."`
}

// Settings are the settings of an account.
type Settings struct {
	Items []Setting `json:"items"`
}

func settingsOut(values []setting.Value) Settings {
	out := Settings{Items: make([]Setting, len(values))}
	for i, v := range values {
		out.Items[i] = Setting(v)
	}
	return out
}

func (s *Server) getSettings(ctx context.Context, c *Call, _ *struct{}) (*Tagged[Settings], error) {
	values, version, err := s.Settings.List(ctx, c.Actor)
	if err != nil {
		return nil, err
	}
	return tagged(version, settingsOut(values)), nil
}

type updateSettingsInput struct {
	IfMatch
	Body SettingChanges
}

// SettingChanges are new values; null lets the agency, or the product, decide.
type SettingChanges struct {
	Values map[string]*string `json:"values" doc:"By name of the setting; null inherits again."`
}

func (s *Server) updateSettings(ctx context.Context, c *Call, in *updateSettingsInput) (*Tagged[Settings], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	values, version, err := s.Settings.Set(ctx, c.Actor, version, in.Body.Values)
	if err != nil {
		return nil, err
	}
	return tagged(version, settingsOut(values)), nil
}
