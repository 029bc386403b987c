package emulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// reportedBody is how much of a body a report shows.
const reportedBody = 2 << 10

// Report tells of the requests as a test that failed should: a line for each, and of those that were refused, what was
// sent and what came back.
func (rs Requests) Report() string {
	var b strings.Builder
	for _, r := range rs {
		fmt.Fprintf(&b, "%s %7s %s\n", r.At.Format("15:04:05.000"), time.Duration(r.Duration).Round(10*time.Microsecond), r)
		if r.Status >= 400 || r.Status == 0 {
			reportBody(&b, "sent", r.RequestBody)
			reportBody(&b, "got ", r.ResponseBody)
		}
	}
	return b.String()
}

func reportBody(b *strings.Builder, what string, body Body) {
	if len(body) == 0 {
		return
	}
	var compact bytes.Buffer
	if json.Compact(&compact, body) != nil {
		compact.Reset()
		compact.Write(bytes.Join(bytes.Fields(body), []byte(" ")))
	}
	text := compact.String()
	if len(text) > reportedBody {
		text = text[:reportedBody] + "..."
	}
	fmt.Fprintf(b, "                     %s %s\n", what, text)
}
