package cinder

import (
	"fmt"
	"strings"
	"unicode/utf16"

	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

// pythonDump is a value as Python's json.dumps writes it: in ASCII, with a blank behind commas and colons.
func pythonDump(v schema.Value) string {
	var parts []string
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return map[bool]string{true: "true", false: "false"}[v]
	case string:
		return pythonJSON(v)
	case schema.List:
		for _, item := range v {
			parts = append(parts, pythonDump(item))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case schema.Dict:
		for _, p := range v {
			parts = append(parts, pythonJSON(p.Key)+": "+pythonDump(p.Value))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return schema.Str(v)
}

// pythonJSON is a string as Python writes it into JSON: in ASCII.
func pythonJSON(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\b':
			b.WriteString(`\b`)
		case r == '\f':
			b.WriteString(`\f`)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r >= ' ' && r < 0x7f:
			b.WriteRune(r)
		default:
			for _, unit := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&b, `\u%04x`, unit)
			}
		}
	}
	b.WriteByte('"')
	return b.String()
}
