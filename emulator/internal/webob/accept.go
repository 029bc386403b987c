package webob

import (
	"regexp"
	"strconv"
	"strings"
)

// preferred is the offer that an Accept header likes best, or "". Without the header it is "", too: that is how webob
// reads its absence here. A header that is not well formed is none, and anything goes.
func preferred(accept []string) string {
	ranges, ok := readAccept(strings.Join(accept, ","))
	if !ok {
		return mediaHTML
	}
	best, bestQuality := "", 0.0
	for _, offer := range []string{mediaHTML, mediaJSON} {
		if q := quality(ranges, offer); q > bestQuality {
			best, bestQuality = offer, q
		}
	}
	return best
}

// mediaRange is one element of an Accept header.
type mediaRange struct {
	media      string
	parameters bool // other than q
	quality    float64
}

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"

var acceptElement = regexp.MustCompile(`^(` + token + `/` + token + `)((?:\s*;\s*` + token + `=(?:` + token + `|"(?:[^"\\]|\\.)*"))*)$`)

func readAccept(header string) ([]mediaRange, bool) {
	var ranges []mediaRange
	for part := range strings.SplitSeq(header, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		m := acceptElement.FindStringSubmatch(part)
		if m == nil {
			return nil, false
		}
		r := mediaRange{media: strings.ToLower(m[1]), quality: 1}
		for p := range strings.SplitSeq(m[2], ";") {
			name, value, _ := strings.Cut(strings.TrimSpace(p), "=")
			switch strings.ToLower(name) {
			case "":
			case "q":
				q, err := strconv.ParseFloat(value, 64)
				if err != nil || !(q >= 0 && q <= 1) {
					return nil, false
				}
				r.quality = q
			default:
				r.parameters = true
			}
		}
		ranges = append(ranges, r)
	}
	return ranges, true
}

// quality is that of the most specific range that has the offer; one with parameters has none.
func quality(ranges []mediaRange, offer string) float64 {
	kind, _, _ := strings.Cut(offer, "/")
	quality, specificity := 0.0, 0
	for _, r := range ranges {
		s := 0
		switch r.media {
		case offer:
			s = 3
		case kind + "/*":
			s = 2
		case "*/*":
			s = 1
		}
		if s > specificity && !r.parameters {
			quality, specificity = r.quality, s
		}
	}
	return quality
}
