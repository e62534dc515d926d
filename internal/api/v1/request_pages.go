package v1

import "octavo/internal/connector/rest"

// RequestPages says how an answer comes in pages, or that the same is asked with several values.
type RequestPages struct {
	Type       string         `json:"type" enum:"page,offset,cursor,next_url,link_header,each,window"`
	In         string         `json:"in,omitempty" enum:"query,header,json,form,path" doc:"Where parameters go; path replaces ${page.token} in the path of the address."`
	Param      string         `json:"param,omitempty" maxLength:"200"`
	Start      *int           `json:"start,omitempty" nullable:"false"`
	Step       int            `json:"step,omitempty" doc:"From one page to the next; 1 when absent."`
	SizeParam  string         `json:"size_param,omitempty" maxLength:"200"`
	Size       int            `json:"size,omitempty"`
	BySize     bool           `json:"by_size,omitempty" doc:"The next offset is size further, however many records came."`
	TotalPages string         `json:"total_pages,omitempty" maxLength:"200"`
	TotalItems string         `json:"total_items,omitempty" maxLength:"200"`
	From       string         `json:"from,omitempty" maxLength:"200"`
	More       string         `json:"more,omitempty" maxLength:"200"`
	KeepQuery  bool           `json:"keep_query,omitempty" doc:"Parameters that the next address lacks are those of the first."`
	MaxPages   int            `json:"max_pages,omitempty"`
	DelayMS    int            `json:"delay_ms,omitempty"`
	Partial    string         `json:"partial,omitempty" enum:"allow" doc:"allow: when a page fails after its repeats, those before it are the data, and that is noted. Of the outermost pages only; never where answers are appended to a history, or the request asks for what is new."`
	Each       *RequestEach   `json:"each,omitempty" nullable:"false"`
	Window     *RequestWindow `json:"window,omitempty" nullable:"false"`
	Then       *RequestPages  `json:"then,omitempty" nullable:"false" doc:"Of each and window: how each of their answers comes in pages."`
}

// RequestEach asks once for each value of a list.
type RequestEach struct {
	Values string `json:"values" maxLength:"8192" doc:"With commas between, or a JSON list."`
	As     string `json:"as,omitempty" maxLength:"200" doc:"Name of a column that has the value."`
}

// RequestWindow asks once for each stretch of a time.
type RequestWindow struct {
	FromParam string `json:"from_param" maxLength:"200"`
	ToParam   string `json:"to_param,omitempty" maxLength:"200"`
	Start     string `json:"start" maxLength:"8192"`
	End       string `json:"end" maxLength:"8192"`
	Step      string `json:"step" maxLength:"10" doc:"P7D, P2W, P1M, P1Y, or PT6H with a format that writes hours."`
	Format    string `json:"format,omitempty" maxLength:"100" doc:"A pattern, unix or iso; yyyy-MM-dd when absent."`
	Open      bool   `json:"open,omitempty" doc:"The end is the first day, or moment, that does not belong to it any more."`
}

func (p *RequestPages) spec() *rest.Paginate {
	if p == nil {
		return nil
	}
	return &rest.Paginate{
		Type: p.Type, In: p.In, Param: p.Param, Start: p.Start, Step: p.Step, SizeParam: p.SizeParam, Size: p.Size, BySize: p.BySize,
		TotalPages: p.TotalPages, TotalItems: p.TotalItems, From: p.From, More: p.More, KeepQuery: p.KeepQuery, MaxPages: p.MaxPages, DelayMS: p.DelayMS, Partial: p.Partial,
		Each: (*rest.Each)(p.Each), Window: (*rest.Window)(p.Window), Then: p.Then.spec(),
	}
}

func requestPages(p *rest.Paginate) *RequestPages {
	if p == nil {
		return nil
	}
	return &RequestPages{
		Type: p.Type, In: p.In, Param: p.Param, Start: p.Start, Step: p.Step, SizeParam: p.SizeParam, Size: p.Size, BySize: p.BySize,
		TotalPages: p.TotalPages, TotalItems: p.TotalItems, From: p.From, More: p.More, KeepQuery: p.KeepQuery, MaxPages: p.MaxPages, DelayMS: p.DelayMS, Partial: p.Partial,
		Each: (*RequestEach)(p.Each), Window: (*RequestWindow)(p.Window), Then: requestPages(p.Then),
	}
}
