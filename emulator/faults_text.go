package emulator

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/fauxstack/fauxstack/emulator/internal/sim"
)

// maxFaultText bounds a fault on one line, in bytes.
const maxFaultText = 64 << 10

// textField is a field of a Fault on its line: a name and a place for its value.
type textField struct {
	name string
	of   func(f *Fault) any // *string, *int, *int64, *float64, *time.Duration, or *map[string]string for a group of names
}

// textFields lists the fields in the order in which String writes them. Maps are written name by name: header.X-Name=value.
func textFields() []textField {
	return []textField{
		{"op", func(f *Fault) any { return &f.Op }},
		{"job", func(f *Fault) any { return &f.Job }},
		{"store", func(f *Fault) any { return &f.Store }},
		{"project", func(f *Fault) any { return &f.Project }},
		{"user", func(f *Fault) any { return &f.User }},
		{"resource", func(f *Fault) any { return &f.Resource }},
		{"header", func(f *Fault) any { return &f.Header }},
		{"body", func(f *Fault) any { return &f.Body }},
		{"caller", func(f *Fault) any { return (*string)(&f.Caller) }},
		{"nth", func(f *Fault) any { return &f.Nth }},
		{"every", func(f *Fault) any { return &f.Every }},
		{"probability", func(f *Fault) any { return &f.Probability }},
		{"times", func(f *Fault) any { return &f.Times }},
		{"status", func(f *Fault) any { return &f.Status }},
		{"message", func(f *Fault) any { return &f.Message }},
		{"reply_header", func(f *Fault) any { return &f.ReplyHeader }},
		{"latency", func(f *Fault) any { return &f.Latency }},
		{"drop", func(f *Fault) any { return (*string)(&f.Drop) }},
		{"cut_after", func(f *Fault) any { return &f.CutAfter }},
		{"bytes_per_second", func(f *Fault) any { return &f.BytesPerSecond }},
		{"is", func(f *Fault) any { return (*string)(&f.Is) }},
		{"after_bytes", func(f *Fault) any { return &f.AfterBytes }},
		{"late", func(f *Fault) any { return &f.Late }},
	}
}

// ParseFault reads a Fault from one line: fields, by the names that fixtures give them, with their values.
//
//	op=glance.images.upload status=503 nth=2 reply_header.Retry-After=5
//	op=cinder.volumes.* project=demo body.volume.size=10 latency=2s probability=0.1
//	store=cheap is=full after_bytes=1000
//	job=cinder.volume.create is=stuck resource=boot
//
// A value with blanks or quotes is put in quotes, as Go writes strings. A field without which the others make no sense is
// found missing by Fault.Validate and Inject, not here.
func ParseFault(text string) (Fault, error) {
	var f Fault
	if len(text) > maxFaultText {
		return f, fmt.Errorf("fault: %d bytes: want at most %d", len(text), maxFaultText)
	}
	fields := textFields()
	seen := map[string]bool{}
	rest := strings.TrimLeftFunc(text, unicode.IsSpace)
	if rest == "" {
		return f, fmt.Errorf("fault: nothing: want fields such as op=glance.images.upload status=503")
	}
	for rest != "" {
		key, after, ok := strings.Cut(rest, "=")
		if !ok || strings.ContainsFunc(key, unicode.IsSpace) {
			word, _, _ := strings.Cut(rest, " ")
			return f, fmt.Errorf("fault: %.40q: want a field and its value, such as status=503", word)
		}
		value, tail, err := textValue(after)
		if err != nil {
			return f, fmt.Errorf("fault: %s: %w", key, err)
		}
		if seen[key] {
			return f, fmt.Errorf("fault: %s is there twice", key)
		}
		seen[key] = true
		if err := f.setText(fields, key, value); err != nil {
			return f, fmt.Errorf("fault: %w", err)
		}
		rest = strings.TrimLeftFunc(tail, unicode.IsSpace)
	}
	return f, nil
}

// textValue takes a value off the front of a text, which goes on with a blank or ends.
func textValue(text string) (value, rest string, err error) {
	if !strings.HasPrefix(text, `"`) {
		end := strings.IndexFunc(text, unicode.IsSpace)
		if end < 0 {
			end = len(text)
		}
		if strings.Contains(text[:end], `"`) {
			return "", "", fmt.Errorf("%.40q: want a value with quotes in quotes", text[:end])
		}
		return text[:end], text[end:], nil
	}
	quoted, err := strconv.QuotedPrefix(text)
	if err != nil {
		return "", "", fmt.Errorf("%.40s: want a string in quotes, as Go writes it", text)
	}
	if value, err = strconv.Unquote(quoted); err != nil {
		return "", "", fmt.Errorf("%.40s: want a string in quotes, as Go writes it", text)
	}
	rest = text[len(quoted):]
	if rest != "" && strings.IndexFunc(rest, unicode.IsSpace) != 0 {
		return "", "", fmt.Errorf("%.40s: want a blank behind the quotes", text)
	}
	return value, rest, nil
}

func (f *Fault) setText(fields []textField, key, value string) error {
	name, entry, grouped := strings.Cut(key, ".")
	i := slices.IndexFunc(fields, func(t textField) bool { return t.name == name })
	if i < 0 {
		names := make([]string, len(fields))
		for i, t := range fields {
			names[i] = t.name
		}
		return fmt.Errorf("%.40q is no field of a fault; the nearest are %s", name, strings.Join(sim.Nearest(name[:min(len(name), 40)], names, 3), ", "))
	}
	at := fields[i].of(f)
	if _, ok := at.(*map[string]string); ok != (grouped && entry != "") {
		if ok {
			return fmt.Errorf("%.40s: want a name behind %s, such as %s.NAME=value", key, name, name)
		}
		return fmt.Errorf("%.40s: want %s=value", key, name)
	}
	var err error
	switch to := at.(type) {
	case *string:
		*to = value
	case *int:
		*to, err = strconv.Atoi(value)
	case *int64:
		*to, err = strconv.ParseInt(value, 10, 64)
	case *float64:
		*to, err = strconv.ParseFloat(value, 64)
	case *time.Duration:
		if *to, err = time.ParseDuration(value); err != nil {
			return fmt.Errorf("%s: %.40q: want a duration such as 1m30s", name, value)
		}
	case *map[string]string:
		if *to == nil {
			*to = map[string]string{}
		}
		(*to)[entry] = value
	}
	if err != nil {
		return fmt.Errorf("%s: %.40q: want a number", name, value)
	}
	return nil
}

// String is the fault on one line, for ParseFault.
func (f Fault) String() string {
	var b strings.Builder
	write := func(name, value string) {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		if value == "" || strings.ContainsFunc(value, needsQuotes) {
			value = strconv.Quote(value)
		}
		b.WriteString(name + "=" + value)
	}
	for _, t := range textFields() {
		switch v := t.of(&f).(type) {
		case *string:
			if *v != "" {
				write(t.name, *v)
			}
		case *int:
			if *v != 0 {
				write(t.name, strconv.Itoa(*v))
			}
		case *int64:
			if *v != 0 {
				write(t.name, strconv.FormatInt(*v, 10))
			}
		case *float64:
			if *v != 0 {
				write(t.name, strconv.FormatFloat(*v, 'g', -1, 64))
			}
		case *time.Duration:
			if *v != 0 {
				write(t.name, v.String())
			}
		case *map[string]string:
			for _, name := range slices.Sorted(maps.Keys(*v)) {
				write(t.name+"."+name, (*v)[name])
			}
		}
	}
	return b.String()
}

// needsQuotes tells whether a character cannot stand in a value without quotes.
func needsQuotes(r rune) bool {
	return r == '"' || r == '\\' || unicode.IsSpace(r) || !unicode.IsPrint(r)
}
