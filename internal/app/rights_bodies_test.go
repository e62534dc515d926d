package app

import "net/http"

// body is an input that is good enough for the service to ask for rights: what is
// wrong with a call is told after that only where the description of the API refuses it.
func (w *world) body(row expectation, slug string) any {
	if row.method == http.MethodGet || row.method == http.MethodDelete {
		return nil
	}
	o := w.objects[slug]
	switch row.method + " " + row.path {
	case "POST /{account}/uploads":
		return "Region,Amount\nNorth,10\n"
	case "PUT /{account}/uploads/{id}/options":
		return map[string]any{}
	case "POST /{account}/data-sources":
		return map[string]any{"name": "New", "upload_id": o["uploads"]}
	case "POST /{account}/data-sources/{id}/payload":
		return map[string]any{"upload_id": o["uploads"]}
	case "PATCH /{account}/data-sources/{id}":
		return map[string]any{"description": "changed"}
	case "POST /{account}/data-sources/try":
		return map[string]any{"request": map[string]any{"url": "file:///etc/passwd"}}
	case "PUT /{account}/data-sources/{id}/request":
		return map[string]any{"request": map[string]any{"url": "https://example.com/"}, "format": "json", "options": map[string]any{}}
	case "PUT /{account}/data-sources/{id}/schedule":
		return map[string]any{"mode": "interval", "interval_s": 3600}
	case "PUT /{account}/data-sources/{id}/on-limit":
		return map[string]any{"on_limit": "truncate"}
	case "PUT /{account}/data-sources/{id}/enabled":
		return map[string]any{"enabled": false}
	case "PUT /{account}/data-sources/{id}/data", "POST /{account}/data-sources/{id}/data", "PATCH /{account}/data-sources/{id}/data":
		return "Region,Amount\nNorth,10\n"
	case "PUT /{account}/data-sources/{id}/on-schema-change":
		return map[string]any{"on_schema_change": "ask"}
	case "POST /{account}/data-sources/{id}/held/accept":
		return map[string]any{"payload_id": "0123456789abcdef"}
	case "PUT /{account}/data-sources/{id}/expected":
		return map[string]any{"every_s": 86400}
	case "PUT /{account}/data-sources/{id}/history":
		return map[string]any{"history": map[string]any{"mode": "append"}}
	case "PUT /{account}/data-sources/{id}/schema":
		return map[string]any{"unique_by": []any{"Region"}}
	case "POST /{account}/klips", "PUT /{account}/klips/{id}":
		return klipOf(o["data-sources"])
	case "POST /{account}/klips/{id}/copy", "POST /{account}/dashboards/{id}/copy":
		return map[string]any{}
	case "POST /{account}/klips/{id}/replace-source":
		return map[string]any{"from": o["data-sources"], "to": o["data-sources"]}
	case "POST /{account}/klip-preview":
		return map[string]any{"klip": klipOf(o["data-sources"])}
	case "POST /{account}/formula":
		return map[string]any{"formula": "1+1"}
	case "POST /{account}/dashboards":
		return map[string]any{"title": "New"}
	case "PUT /{account}/dashboards/{id}":
		return map[string]any{"title": "Changed", "placements": []any{}, "remove": []any{}}
	case "POST /{account}/dashboards/{id}/klips":
		return map[string]any{"klip": o["klips"]}
	case "POST /{account}/dashboards/{id}/klips-bulk":
		return map[string]any{"klips": []any{o["klips"]}}
	case "POST /{account}/assets-bulk/trash", "POST /{account}/assets-bulk/restore":
		return map[string]any{"ids": []any{o["dashboards"]}}
	case "POST /{account}/assets-bulk/tags":
		return map[string]any{"ids": []any{o["dashboards"]}, "add": []any{"Sales"}}
	case "POST /{account}/assets-bulk/shares":
		return map[string]any{"ids": []any{o["dashboards"]}, "items": []any{map[string]any{"kind": "group", "id": o["groups"], "right": "view"}}}
	case "PUT /{account}/assets/{id}/shares":
		return map[string]any{"items": []any{}}
	case "POST /{account}/assets/{id}/restore":
		return map[string]any{"version": 1}
	case "POST /{account}/clients":
		return map[string]any{"name": "New " + o["dashboards"]}
	case "PATCH /{account}/clients/{client}":
		return map[string]any{"description": "changed"}
	case "POST /{account}/clients/{client}/open-properties/lock":
		return map[string]any{"names": []any{"companyID"}}
	case "PUT /{account}/clients/{client}/access":
		return map[string]any{"groups": []any{}}
	case "POST /{account}/import/preview":
		return map[string]any{"from": w.other(slug), "assets": []any{w.objects[w.other(slug)]["dashboards"]}}
	case "POST /{account}/import":
		return map[string]any{"from": w.other(slug), "assets": []any{w.objects[w.other(slug)]["dashboards"]}, "plan_id": "none"}
	case "POST /{account}/import/help":
		return map[string]any{"from": w.other(slug), "assets": []any{w.objects[w.other(slug)]["dashboards"]}}
	case "POST /{account}/imports/{import}/delete":
		return map[string]any{"plan_id": "none"}
	case "POST /{account}/roll-out/plan":
		return map[string]any{"assets": []any{o["dashboards"]}, "clients": []any{o["clients"]}}
	case "POST /{account}/roll-out":
		return map[string]any{"assets": []any{o["dashboards"]}, "clients": []any{o["clients"]}, "plan_id": "none"}
	case "POST /{account}/klips/{id}/update-instances", "POST /{account}/klips/{id}/pushes/{push}/roll-back":
		return map[string]any{"plan_id": "none"}
	case "PUT /{account}/clients/{client}/limits":
		return map[string]any{"seats": 5, "dashboards": -1, "private_links": 5, "api_calls": 10000}
	case "PUT /{account}/client-defaults":
		return map[string]any{"seats": 5, "dashboards": -1, "private_links": 5, "api_calls": 10000, "trial_days": 14, "support": ""}
	case "PUT /{account}/clients/{client}/features":
		return map[string]any{"features": map[string]any{}}
	case "POST /{account}/clients-import":
		return map[string]any{"csv": "name\nNew " + o["dashboards"] + "\n"}
	case "POST /{account}/clients-bulk":
		return map[string]any{"clients": []any{o["clients"]}, "add_tags": []any{"new"}}
	case "PATCH /{account}/people/{user}":
		return map[string]any{"name": "Changed"}
	case "POST /{account}/invitations", "POST /{account}/invitations-check":
		return map[string]any{"text": o["dashboards"] + "@new.test"}
	case "POST /{account}/groups":
		return map[string]any{"name": "New " + o["dashboards"]}
	case "PUT /{account}/groups-order":
		return map[string]any{"groups": []any{}}
	case "POST /{account}/user-properties":
		return map[string]any{"name": "p" + o["dashboards"]}
	case "PATCH /{account}/profile":
		return map[string]any{"name": "Changed"}
	case "PATCH /{account}/profile/settings":
		return map[string]any{"values": map[string]any{"locale": "fr"}}
	case "POST /{account}/profile/keys", "PATCH /{account}/profile/keys/{key}":
		return map[string]any{"label": "Reports"}
	case "POST /{account}/profile/password":
		return map[string]any{"present": "not it, I think", "password": "another good one"}
	case "PUT /{account}/assets/{id}/owner":
		return map[string]any{"user": o["people"]}
	case "PUT /{account}/bar", "PUT /{account}/groups/{group}/defaults":
		return map[string]any{"items": []any{}}
	case "PUT /{account}/groups/{group}/defaults/{id}":
		return map[string]any{"right": "view", "visibility": "added"}
	case "POST /{account}/properties", "POST /{account}/property-declarations":
		return map[string]any{"name": "n" + o["dashboards"], "type": "text"}
	case "PATCH /{account}/properties/{name}", "PATCH /{account}/property-declarations/{name}":
		return map[string]any{"description": "changed"}
	case "POST /{account}/credentials":
		return newCredential("New", "k")
	case "PATCH /{account}/credentials/{credential}":
		return map[string]any{"description": "changed"}
	case "PUT /{account}/clients-properties":
		return map[string]any{"cells": []any{map[string]any{"client": o["clients"], "name": "region", "value": "x", "version": 0}}}
	case "POST /{account}/clients-properties.csv":
		return "client,region\n" + o["clients"] + ",x\n"
	case "PATCH /{account}/settings":
		return map[string]any{"values": map[string]any{}}
	case "POST /{account}/roles", "PUT /{account}/roles/{role}":
		return map[string]any{"name": "Role of " + o["dashboards"], "permissions": []any{"klip.build"}}
	}
	return map[string]any{}
}

// other is the account that an import into slug comes from.
func (w *world) other(slug string) string {
	if slug == "northlight" {
		return "solstice-coffee"
	}
	return "northlight"
}
