package glance

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

// part is a range of an image's data.
type part struct{ from, last, length int64 }

var (
	rangeHeader        = regexp.MustCompile(`(?i)^bytes *= *([0-9]*) *- *([0-9]*)`)
	contentRangeHeader = regexp.MustCompile(`^bytes (?:([0-9]+)-([0-9]+)|\*)/(?:([0-9]+)|\*)`)
)

// partOf is what a request wants of the data: nil for all. It asks in Range, or, as Glance took it first, in
// Content-Range.
func partOf(c *httpapi.Call, i *Image) (*part, error) {
	if header, ok := c.Request.Header["Range"]; ok {
		if strings.Contains(header[0], ",") {
			return nil, fail.New(fail.Invalid, "Requests with multiple ranges are not supported in Glance. You may make multiple "+
				"single-range requests instead.")
		}
		return parseRange(header[0], i.Size)
	}
	if header, ok := c.Request.Header["Content-Range"]; ok {
		return parseContentRange(header[0], i.Size)
	}
	return nil, nil
}

// undecided is upstream's death while it makes the answer.
func undecided() error { return &fail.Error{Kind: fail.Internal, Resource: unserialized} }

// parseRange reads one range of the forms 0-3, 4- and -5; a suffix that is too long is all, an end that is too far the
// end.
// Quirk: "bytes=-", and any range of an image without data, is a plain 500 (reference).
func parseRange(header string, size *int64) (*part, error) {
	m := rangeHeader.FindStringSubmatch(header)
	if m == nil {
		return nil, detailed(fail.RangeNotSatisfiable, "Invalid Range header.")
	}
	if m[1] == "" && m[2] == "" {
		return nil, undecided()
	}
	first, last := position(m[1]), position(m[2])
	if m[1] != "" && m[2] != "" && first > last {
		return nil, detailed(fail.RangeNotSatisfiable, "Invalid Range header.")
	}
	if size == nil {
		return nil, undecided()
	}
	if m[1] == "" {
		first = max(0, *size-last)
		if last == 0 {
			first = 0 // "bytes=-0" is no suffix to upstream, but a start
		}
		m[2] = ""
	}
	if first >= *size {
		return nil, outside("Invalid start position in Range header. Start position MUST be in the inclusive range [0, %d].", *size-1)
	}
	if m[2] == "" || last >= *size-1 {
		last = *size - 1
	}
	return &part{first, last, last - first + 1}, nil
}

// parseContentRange reads bytes 0-3/10, where 10 may be "*".
// Quirk: a stop behind the end is let through with a length; upstream then promises more bytes than it has, here the
// range ends with the data.
func parseContentRange(header string, size *int64) (*part, error) {
	m := contentRangeHeader.FindStringSubmatch(header)
	if m == nil {
		return nil, detailed(fail.RangeNotSatisfiable, "Invalid Content-Range header.")
	}
	if m[1] == "" || size == nil {
		return nil, undecided()
	}
	first, last := position(m[1]), position(m[2])
	length := int64(1<<63 - 1)
	if m[3] != "" {
		length = position(m[3])
	}
	switch {
	case first > last, m[3] != "" && last >= length:
		return nil, detailed(fail.RangeNotSatisfiable, "Invalid Content-Range header.")
	case m[3] == "" && last >= *size:
		return nil, outside("Invalid stop position in Content-Range header. The stop position MUST be in the inclusive range [0, %d].", *size-1)
	case first >= *size:
		return nil, outside("Invalid start position in Content-Range header. Start position MUST be in the inclusive range [0, %d].", *size-1)
	}
	last = min(last, *size-1)
	return &part{first, last, last - first + 1}, nil
}

func outside(format string, last int64) error {
	return detailed(fail.RangeNotSatisfiable, format, last)
}

// position reads digits; what is out of range is far behind every end.
func position(digits string) int64 {
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil && digits != "" {
		return 1<<63 - 2
	}
	return n
}
