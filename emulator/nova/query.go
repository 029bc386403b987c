package nova

import (
	"net/url"
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

// onlyParameters refuses parameters of the URL that there are not, as the operations that ask it do since 2.75.
func onlyParameters(c *httpapi.Call, names ...string) error {
	if !c.Version.AtLeast(mvStrictQueries) {
		return nil
	}
	var extra []string
	for pair := range strings.SplitSeq(c.Request.URL.RawQuery, "&") {
		key, _, _ := strings.Cut(pair, "=")
		key, err := url.QueryUnescape(key)
		if err == nil && key != "" && !slices.Contains(names, key) && !slices.Contains(extra, key) {
			extra = append(extra, key)
		}
	}
	switch len(extra) {
	case 0:
		return nil
	case 1:
		return fail.New(fail.Invalid, "Additional properties are not allowed ('%s' was unexpected)", extra[0])
	}
	return fail.New(fail.Invalid, "Additional properties are not allowed ('%s' were unexpected)", strings.Join(extra, "', '"))
}
