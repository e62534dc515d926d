package demo

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"strings"

	"octavo/internal/authz"
	"octavo/internal/datasource"
)

//go:embed files/seattle-weather.csv
var weatherCSV []byte

//go:embed files/us-employment.csv
var employmentCSV []byte

// add uploads a file and makes a data source of it.
func (b *builder) add(ctx context.Context, who authz.Actor, name, description, file string, content []byte) (string, error) {
	up, err := b.Sources.ReadHere(ctx, who, file, "", bytes.NewReader(content))
	if err != nil {
		return "", fmt.Errorf("%s: %w", file, err)
	}
	s, err := b.Sources.Create(ctx, who, datasource.Draft{Name: name, Description: description, Upload: up.ID})
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	return s.ID, nil
}

// sources makes the data sources of the agency.
func (b *builder) sources(ctx context.Context) error {
	now := b.DB.Clock().Now().UTC()
	targets, err := agencyShop.targets(now)
	if err != nil {
		return err
	}
	stock, err := agencyShop.stock()
	if err != nil {
		return err
	}
	for _, s := range []struct {
		to                      *string
		name, description, file string
		content                 []byte
	}{
		{&b.orders, "Shop orders", "One row an order, thirteen months up to today. Generated.", "orders.csv", agencyShop.orders(now)},
		{&b.targets, "Targets", "Sales target of each month. Generated.", "targets.xlsx", targets},
		{&b.stock, "Stock", "What is in store. Generated.", "stock.json", stock},
		{&b.weather, "Seattle weather", "Daily weather, 2012 to 2015. NOAA, public domain.", "seattle-weather.csv", weatherCSV},
		{&b.jobs, "US employment", "Thousands of people employed by sector, 2006 to 2015. BLS, public domain.", "us-employment.csv", employmentCSV},
	} {
		if *s.to, err = b.add(ctx, b.maya, s.name, s.description, s.file, s.content); err != nil {
			return err
		}
	}
	return nil
}

const (
	last30  = `@date >= TODAY() - 30 * 86400`
	prior30 = `AND(@date >= TODAY() - 60 * 86400, @date < TODAY() - 30 * 86400)`
)

// place is a Klip and where it goes on a dashboard: columns of 12, steps of 24 px.
type place struct {
	x, y, w, h int
	doc        map[string]any
}

func (b *builder) trading(ctx context.Context) error {
	orders, all := []string{b.orders}, []string{b.orders, b.targets}
	channel := func(name string) map[string]any {
		return series(name, `GROUPBY(@month, IF(@channel = "`+name+`", @net_sales, 0))`, "bar", euros)
	}
	top := func(measure string) string {
		return `SORT(GROUPBY(@product, @net_sales), descending numeric, ` + measure + `)`
	}
	figure := func(title, formula string, format map[string]any, compare, goodWhen string) map[string]any {
		return klipDoc(title, orders, valueOf(value{
			title, strings.ReplaceAll(formula, "PERIOD", last30), format,
			strings.ReplaceAll(formula, "PERIOD", prior30), "vs prior 30 days", compare, goodWhen,
		}))
	}
	return b.dashboard(ctx, "Trading", "Sales of the last thirteen months.", []place{
		{0, 0, 3, 6, figure("Revenue", "SUM(SELECT(@net_sales, PERIOD))", euros, "percent", "up")},
		{3, 0, 3, 6, figure("Orders", "COUNT(SELECT(@order_id, PERIOD))", number, "percent", "up")},
		{6, 0, 3, 6, figure("Average order", "AVERAGE(SELECT(@net_sales, PERIOD))", cents, "percent", "up")},
		{9, 0, 3, 6, figure("Refund rate", "SUM(SELECT(@refunded, PERIOD)) / SUM(SELECT(@net_sales, PERIOD))", percent, "difference", "down")},
		{0, 6, 6, 13, klipDoc("Revenue and target", all, chartOf(nil,
			xAxis("Month", "GROUP(@month)", month), yAxis("", eurosFit),
			series("Revenue", "GROUPBY(@month, @net_sales)", "bar", euros),
			series("Target", "LOOKUP(GROUP(@month), @[Targets/month], @[Targets/target])", "line", euros)))},
		{6, 6, 6, 13, klipDoc("Sales by channel", orders, chartOf(map[string]any{"stacking": "100"},
			xAxis("Month", "GROUP(@month)", month), yAxis("", eurosFit),
			channel("Online store"), channel("Wholesale"), channel("Shops"), channel("Subscriptions")))},
		{0, 19, 7, 12, klipDoc("Best sellers", []string{b.orders, b.stock}, tableOf(
			column("Product", top("GROUP(@product)"), text),
			column("Sold", top("GROUPBY(@product, @items)"), number),
			column("Revenue", top("GROUPBY(@product, @net_sales)"), euros),
			column("Stock", "LOOKUP("+top("GROUP(@product)")+", @[Stock/product], @[Stock/state])", text)))},
		{7, 19, 5, 12, klipDoc("Sales by shop", orders, chartOf(map[string]any{"orientation": "horizontal"},
			xAxis("Shop", "SORT(GROUPBY(@shop, @net_sales), descending numeric, GROUP(@shop))", text), yAxis("", eurosFit),
			series("Revenue", "SORT(GROUPBY(@shop, @net_sales), descending numeric)", "bar", euros)))},
	})
}

func (b *builder) market(ctx context.Context) error {
	jobs, weather := []string{b.jobs}, []string{b.weather}
	byMonth := `DATEVALUE(@date, "yyyy-MM")`
	sector := func(title, column string) map[string]any {
		return klipDoc(title, jobs, valueOf(value{
			"Thousand people, end of 2015", "LAST(" + column + ")", number,
			"LAST(SLICE(" + column + ", 0, -12))", "vs a year before", "percent", "up",
		}))
	}
	return b.dashboard(ctx, "Market", "Public figures beside one's own.", []place{
		{0, 0, 4, 7, sector("Retail jobs", "@retail_trade")},
		{4, 0, 4, 7, sector("Hospitality jobs", "@leisure_and_hospitality")},
		{8, 0, 4, 7, klipDoc("Rainy days", weather, valueOf(value{
			"Days with rain, 2012 to 2015", "COUNT(SELECT(@date, @precipitation > 0))", number, "", "", "none", "down",
		}))},
		{0, 7, 8, 14, klipDoc("Jobs by sector", jobs, chartOf(nil,
			xAxis("Month", "@month", year), yAxis("Thousand people", short),
			series("Retail", "@retail_trade", "line", short), series("Leisure and hospitality", "@leisure_and_hospitality", "line", short),
			series("Manufacturing", "@manufacturing", "line", short)))},
		{8, 7, 4, 14, klipDoc("Weather by kind", weather, tableOf(
			column("Weather", "GROUP(@weather)", text),
			column("Days", "COUNTDISTINCT(@weather)", number),
			column("Warmest, °C", "GROUPBY(@weather, @temp_max, max)", map[string]any{"as": "number", "decimals": 1.0})))},
		{0, 21, 12, 12, klipDoc("Rain by month", weather, chartOf(nil,
			xAxis("Month", "GROUP("+byMonth+")", text), yAxis("Millimetres", short),
			series("Rain", "GROUPBY("+byMonth+", @precipitation)", "bar", number)))},
	})
}

// dashboard makes the Klips of a dashboard and places them.
func (b *builder) dashboard(ctx context.Context, title, description string, places []place) error {
	var placements []any
	for _, p := range places {
		k, err := b.Klips.Create(ctx, b.maya, p.doc)
		if err != nil {
			return fmt.Errorf("template %s: %w", p.doc["title"], err)
		}
		b.klips[p.doc["title"].(string)] = k.ID
		placements = append(placements, map[string]any{"klip": k.ID, "x": float64(p.x), "y": float64(p.y), "w": float64(p.w), "h": float64(p.h)})
	}
	d, err := b.Dashboards.Create(ctx, b.maya, map[string]any{"title": title, "description": description, "placements": placements})
	if err != nil {
		return fmt.Errorf("dashboard %s: %w", title, err)
	}
	b.dashboards[title] = d.ID
	return nil
}
