package nova

import (
	"strconv"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

type link struct {
	Rel  string `json:"rel"`
	Href string `json:"href"`
}

func linksOf(c *httpapi.Call, collection, id string) []link {
	path := "/" + collection + "/" + id
	return []link{{"self", c.URL("/v2.1" + path)}, {"bookmark", c.URL(path)}}
}

// maxLimit is the configuration's default max_limit, the greatest page of a list.
const maxLimit = 1000

// pageOf cuts a page out of a list: what follows the marker, and not more than the limit; next is the link to the rest.
func pageOf[V any](c *httpapi.Call, list []V, id func(V) string) (page []V, next []link, err error) {
	limit := maxLimit
	if text := c.Query().Get("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			return nil, nil, fail.New(fail.Invalid, "Invalid input for query parameters limit. Value: %s. '%s' does not match '^[0-9]*$'", text, text)
		}
		limit = min(n, limit)
	}
	if marker := c.Query().Get("marker"); marker != "" {
		at := -1
		for i, v := range list {
			if id(v) == marker {
				at = i
			}
		}
		if at < 0 {
			return nil, nil, fail.New(fail.Invalid, "marker [%s] not found", marker)
		}
		list = list[at+1:]
	}
	if len(list) < limit || limit == 0 {
		if limit == 0 {
			list = nil
		}
		return list, nil, nil
	}
	// Nova tells of a next page whenever this one is full.
	list = list[:limit]
	q := c.Query()
	q.Set("marker", id(list[len(list)-1]))
	return list, []link{{"next", c.URL(c.Path) + "?" + q.Encode()}}, nil
}

// stamp is a moment as Nova's views have it: UTC, seconds.
type stamp time.Time

// MarshalJSON writes "2026-11-22T15:03:10Z".
func (t stamp) MarshalJSON() ([]byte, error) {
	return []byte(time.Time(t).UTC().Format(`"2006-01-02T15:04:05Z"`)), nil
}
