package demo

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/xuri/excelize/v2"
)

// shop is a made-up shop; its orders are generated from it.
type shop struct {
	seed     uint64
	daily    float64 // orders of an average day
	shops    []string
	products []product
}

type product struct {
	name  string
	price float64
	share float64
}

var coffee = []product{
	{"House blend, 1 kg", 28.5, 30}, {"Kenya Nyeri, 250 g", 14.9, 18}, {"Decaf Huila, 250 g", 12.9, 12},
	{"Cold brew 6-pack", 19.5, 14}, {"Brewing kit", 54, 6}, {"Espresso dark, 1 kg", 26, 20},
}

var outdoors = []product{
	{"Trail jacket", 189, 14}, {"Merino base layer", 79, 24}, {"Dry bag, 20 l", 34, 22},
	{"Headlamp", 45, 16}, {"Two-person tent", 349, 6}, {"Wool socks", 18, 40},
}

var (
	agencyShop   = shop{1, 21, []string{"Porto", "Lisbon", "Online"}, coffee}
	solsticeShop = shop{2, 24, []string{"Porto", "Braga", "Lisbon", "Online"}, coffee}
	fjordShop    = shop{3, 11, []string{"Bergen", "Oslo", "Online"}, outdoors}
)

var channels = []struct {
	name  string
	share float64
}{{"Online store", 43}, {"Wholesale", 18}, {"Shops", 22}, {"Subscriptions", 17}}

// months is how far back the generated data goes; it ends today.
const months = 13

// orders writes thirteen months of orders up to now as CSV.
func (s shop) orders(now time.Time) []byte {
	rng := rand.New(rand.NewPCG(s.seed, s.seed))
	var buf bytes.Buffer
	w := csv.NewWriter(&buf)
	write := func(cells ...string) { _ = w.Write(cells) } // a buffer never fails
	write("order_id", "date", "month", "channel", "shop", "product", "items", "net_sales", "refunded", "status")
	number := 48_000
	first := firstMonth(now)
	days := int(now.Sub(first).Hours()/24) + 1
	for day := range days {
		date := first.AddDate(0, 0, day)
		for range s.ordersOn(rng, date, float64(day)/float64(days)) {
			number++
			p := s.products[pick(rng, len(s.products), func(i int) float64 { return s.products[i].share })]
			channel := channels[pick(rng, len(channels), func(i int) float64 { return channels[i].share })].name
			items := 1 + rng.IntN(3)
			if channel == "Wholesale" {
				items *= 6
			}
			sales := math.Round(p.price*float64(items)*(0.9+0.2*rng.Float64())*100) / 100
			status, refunded := "paid", 0.0
			if rng.Float64() < 0.029 {
				status, refunded = "refunded", sales
			}
			write(fmt.Sprintf("PT-%d", number), date.Format("2006-01-02"), date.Format("2006-01"), channel,
				s.shops[rng.IntN(len(s.shops))], p.name, strconv.Itoa(items), money(sales), money(refunded), status)
		}
	}
	w.Flush()
	return buf.Bytes()
}

// ordersOn is the number of orders of a day: growth over the year, weekends, December.
func (s shop) ordersOn(rng *rand.Rand, date time.Time, progress float64) int {
	n := s.daily * (0.85 + 0.3*progress)
	switch date.Weekday() {
	case time.Saturday:
		n *= 1.25
	case time.Sunday:
		n *= 0.7
	}
	if date.Month() == time.December {
		n *= 1.35
	}
	return int(n*(0.8+0.4*rng.Float64()) + 0.5)
}

func firstMonth(now time.Time) time.Time {
	return time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC).AddDate(0, -(months - 1), 0)
}

// pick draws an index by weight.
func pick(rng *rand.Rand, n int, weight func(int) float64) int {
	total := 0.0
	for i := range n {
		total += weight(i)
	}
	at := rng.Float64() * total
	for i := range n {
		if at -= weight(i); at < 0 {
			return i
		}
	}
	return n - 1
}

func money(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) }

// targets writes a workbook with the sales target of each month.
func (s shop) targets(now time.Time) ([]byte, error) {
	average := 0.0
	total := 0.0
	for _, p := range s.products {
		average += p.price * p.share
		total += p.share
	}
	perMonth := average / total * s.daily * 30.4 * 3.9 // items of an average order, wholesale included
	book := excelize.NewFile()
	defer book.Close()
	rows := [][]any{{"month", "target"}}
	for i := range months {
		date := firstMonth(now).AddDate(0, i, 0)
		target := perMonth * (0.92 + 0.26*float64(i)/months)
		if date.Month() == time.December {
			target *= 1.3
		}
		rows = append(rows, []any{date.Format("2006-01"), math.Round(target/500) * 500})
	}
	for i, row := range rows {
		if err := book.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			return nil, err
		}
	}
	if err := book.SetSheetName("Sheet1", "Targets"); err != nil {
		return nil, err
	}
	var buf bytes.Buffer
	err := book.Write(&buf)
	return buf.Bytes(), err
}

// stock writes what is in store, as JSON.
func (s shop) stock() ([]byte, error) {
	rng := rand.New(rand.NewPCG(s.seed, 99))
	type line struct {
		Product string `json:"product"`
		InStock int    `json:"in_stock"`
		Days    int    `json:"days"`
		State   string `json:"state"`
	}
	var lines []line
	for _, p := range s.products {
		days := rng.IntN(40)
		state := "In stock"
		switch {
		case days == 0:
			state = "Sold out"
		case days < 8:
			state = fmt.Sprintf("Low, %d days", days)
		}
		lines = append(lines, line{p.name, days * (3 + rng.IntN(5)), days, state})
	}
	return json.MarshalIndent(map[string]any{"products": lines}, "", "  ")
}
