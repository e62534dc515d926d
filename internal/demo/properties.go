package demo

import (
	"context"

	"octavo/internal/property"
)

// properties declares what templates need of clients; Marigold Home has none yet.
func (b *builder) properties(ctx context.Context) error {
	for _, d := range []property.Declaration{
		{Name: companyID, Required: true, Description: "The client's number in the shop, such as SOL-1187."},
		{Name: "currency", Default: "EUR", Description: "Three letters, as in the shop's settings."},
		{Name: "targetsSheet", Description: "Name of the sheet that holds the year's targets."},
	} {
		if _, err := b.Properties.Declare(ctx, b.maya, d); err != nil {
			return err
		}
	}
	var cells []property.Cell
	for client, values := range map[string][3]string{
		"solstice": {"SOL-1187", "USD", "Solstice targets"}, "fjord": {"FJ-0093", "NOK", "Fjord targets"},
	} {
		for i, name := range []string{companyID, "currency", "targetsSheet"} {
			cells = append(cells, property.Cell{Client: client, Name: name, Value: values[i]})
		}
	}
	_, err := b.Properties.SetCells(ctx, b.maya, cells)
	return err
}
