package glance

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
)

// filters are the conditions of a list, from the parameters that are left when paging, sorting and visibility have been
// taken out of the query. The order of the checks is that of the parameters.
func filters(q params, tags []string) ([]func(*Image) bool, error) {
	hidden, err := boolFilter(q, "os_hidden", "false", strings.ToLower)
	if err != nil {
		return nil, err
	}
	match := []func(*Image) bool{func(i *Image) bool { return i.Hidden == hidden }}
	if slices.ContainsFunc(q, func(p param) bool { return p.name == "protected" }) {
		protected, err := boolFilter(q, "protected", "", strings.Clone)
		if err != nil {
			return nil, err
		}
		match = append(match, func(i *Image) bool { return i.Protected == protected })
	}
	for _, tag := range tags {
		match = append(match, func(i *Image) bool { return slices.Contains(i.Tags, tag) })
	}
	for _, p := range q {
		switch p.name {
		case "os_hidden", "protected", "deleted":
			continue
		case "tags":
			if len(tags) > 0 {
				continue // overwritten by those of the parameter "tag"
			}
		}
		f, err := filter(p.name, p.value)
		if err != nil {
			return nil, err
		}
		match = append(match, f)
	}
	return match, nil
}

// boolFilter reads "true" or "false"; when there is neither it names the value as read makes it.
func boolFilter(q params, name, missing string, read func(string) string) (bool, error) {
	value := missing
	for _, p := range q {
		if p.name == name {
			value = read(p.value)
		}
	}
	if value != "true" && value != "false" {
		return false, fail.New(fail.Invalid, "Invalid value '%s' for '%s' filter. Valid values are 'true' or 'false'.", value, name)
	}
	return value == "true", nil
}

// filter is the condition that one parameter stands for.
func filter(name, value string) (func(*Image) bool, error) {
	switch name {
	case "name", "id", "status", "container_format", "disk_format":
		return textFilter(name, value)
	case "created_at", "updated_at":
		return timeFilter(name, value)
	case "checksum":
		return func(i *Image) bool { return i.Checksum != "" && i.Checksum == value }, nil
	case "os_hash_value":
		return func(i *Image) bool { return i.HashValue != "" && i.HashValue == value }, nil
	case "os_hash_algo":
		return func(i *Image) bool { return i.HashAlgo != "" && i.HashAlgo == value }, nil
	case "owner":
		return func(i *Image) bool { return i.Owner != "" && i.Owner == value }, nil
	case "size", "min_disk", "min_ram", "virtual_size":
		return numberFilter(name, value), nil
	case "properties", "members", "locations", "changes-since":
		return nil, crash() // Quirk: upstream dies of a property of that name (reference).
	case "deleted_at":
		if _, ok := parseISOTime(value); !ok {
			return nil, crash() // Quirk: a column of the database; what is no time is not held against it (reference).
		}
		return func(*Image) bool { return false }, nil
	case "visibility":
		return func(i *Image) bool { return i.Visibility == Visibility(value) }, nil
	case "tags":
		// Without the parameter "tag", upstream looks for each letter of this one as a tag of its own.
		return func(i *Image) bool {
			return !strings.ContainsFunc(value, func(r rune) bool { return !slices.Contains(i.Tags, string(r)) })
		}, nil
	}
	if strings.HasSuffix(name, "_min") || strings.HasSuffix(name, "_max") {
		return rangeFilter(name, value)
	}
	return func(i *Image) bool {
		v, ok := i.Properties[name]
		return ok && v == value
	}, nil
}

func textOf(i *Image, field string) (string, bool) {
	switch field {
	case "name":
		return orEmpty(i.Name), i.Name != nil
	case "id":
		return i.ID, true
	case "status":
		return string(i.Status), true
	case "container_format":
		return i.ContainerFormat, i.ContainerFormat != ""
	}
	return i.DiskFormat, i.DiskFormat != ""
}

func numberOf(i *Image, field string) (int64, bool) {
	switch field {
	case "size":
		return orZero(i.Size), i.Size != nil
	case "virtual_size":
		return orZero(i.VirtualSize), i.VirtualSize != nil
	case "min_ram":
		return int64(i.MinRAM), true
	}
	return int64(i.MinDisk), true
}

func textFilter(field, value string) (func(*Image) bool, error) {
	operator, operand := splitOperator(value)
	switch operator {
	case "eq":
		return func(i *Image) bool {
			v, ok := textOf(i, field)
			return ok && v == operand
		}, nil
	case "in":
		values, err := splitQuoted(operand)
		if err != nil {
			return nil, err
		}
		return func(i *Image) bool {
			v, ok := textOf(i, field)
			return ok && slices.Contains(values, v)
		}, nil
	}
	return nil, fail.New(fail.Invalid, "Unable to filter by unknown operator '%s'.", operator)
}

func timeFilter(field, value string) (func(*Image) bool, error) {
	operator, operand := splitOperator(value)
	threshold, ok := parseISOTime(operand)
	if !ok {
		return nil, fail.New(fail.Invalid, `Bad "%s" query filter format. Use ISO 8601 DateTime notation.`, field)
	}
	// Quirk: upstream dies of a time that its zone moves out of the years 1 to 9999 (reference).
	if threshold.Year() < 1 || threshold.Year() > 9999 {
		return nil, crash()
	}
	accept, ok := map[string]func(int) bool{
		"gt": func(n int) bool { return n > 0 }, "gte": func(n int) bool { return n >= 0 },
		"lt": func(n int) bool { return n < 0 }, "lte": func(n int) bool { return n <= 0 },
		"eq": func(n int) bool { return n == 0 }, "neq": func(n int) bool { return n != 0 },
	}[operator]
	if !ok {
		return nil, fail.New(fail.Invalid, "Unable to filter on a unknown operator.")
	}
	return func(i *Image) bool {
		at := i.CreatedAt
		if field == "updated_at" {
			at = i.UpdatedAt
		}
		return accept(at.Compare(threshold))
	}, nil
}

func numberFilter(field, value string) func(*Image) bool {
	want, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	return func(i *Image) bool {
		n, ok := numberOf(i, field)
		return ok && err == nil && float64(n) == want
	}
}

// rangeFilter is a bound of one of the numbers.
// Quirk: of a name that is none of them, whatever it ends in, upstream dies (reference: foo_max).
func rangeFilter(name, value string) (func(*Image) bool, error) {
	bound, ok := pythonInt(value)
	if !ok {
		return nil, fail.New(fail.Invalid, "Unable to filter on a range with a non-numeric value.")
	}
	field, least := name[:len(name)-4], strings.HasSuffix(name, "_min")
	if !slices.Contains([]string{"size", "min_disk", "min_ram", "virtual_size"}, field) {
		return nil, crash()
	}
	return func(i *Image) bool {
		n, ok := numberOf(i, field)
		return ok && (least && n >= bound || !least && n <= bound)
	}, nil
}

// splitOperator parts "gt:x"; without an operator, and for a time by itself, it is "eq".
func splitOperator(s string) (operator, operand string) {
	left, right, found := strings.Cut(s, ":")
	if !found {
		return "eq", s
	}
	if _, isTime := parseISOTime(s); isTime {
		return "eq", s
	}
	return left, right
}

// quoted are the elements of a list that Glance takes: in quotes, or without commas.
var quoted = regexp.MustCompile(`"([^"\\]*(?:\\.[^"\\]*)*)",?|([^,]+),?|,`)

// splitQuoted parts the values of "in:".
func splitQuoted(s string) ([]string, error) {
	if err := checkQuotes(s); err != nil {
		return nil, err
	}
	var values []string
	for _, m := range quoted.FindAllStringSubmatch(s, -1) {
		v := m[1]
		if v == "" {
			v = m[2]
		}
		values = append(values, v)
	}
	return values, nil
}

func checkQuotes(s string) error {
	open := true
	for i := range len(s) {
		switch {
		case s[i] != '"' || i > 0 && s[i-1] == '\\':
			continue
		case open && i > 0 && s[i-1] != ',':
			return fail.New(fail.Invalid, "Invalid filter value %s. There is no comma before opening quotation mark.", s)
		case !open && i+1 != len(s) && s[i+1] != ',':
			return fail.New(fail.Invalid, "Invalid filter value %s. There is no comma after closing quotation mark.", s)
		}
		open = !open
	}
	if !open {
		return fail.New(fail.Invalid, "Invalid filter value %s. The quote is not closed.", s)
	}
	return nil
}

// isoTime is what the library iso8601 reads.
var isoTime = regexp.MustCompile(`^([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?|([0-9]{2})([0-9]{2}))?` +
	`(?:[ T]([0-9]{2})(?::?([0-9]{2})(?::?([0-9]{1,2})(?:[.,]([0-9]+))?)?)?(Z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?$`)

// parseISOTime reads a date, with a time or without; its zone is UTC unless it says otherwise.
func parseISOTime(s string) (time.Time, bool) {
	m := isoTime.FindStringSubmatch(s)
	if m == nil {
		return time.Time{}, false
	}
	number := func(digits string, missing int) int {
		if n, err := strconv.Atoi(digits); err == nil {
			return n
		}
		return missing
	}
	year, month, day := number(m[1], 0), number(m[2]+m[4], 1), number(m[3]+m[5], 1)
	hour, minute, second := number(m[6], 0), number(m[7], 0), number(m[8], 0)
	micros := number((m[9] + "000000")[:6], 0)
	t := time.Date(year, time.Month(month), day, hour, minute, second, micros*1000, time.UTC)
	if t.Month() != time.Month(month) || t.Day() != day || year == 0 || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, false
	}
	if zone := m[10]; len(zone) > 1 {
		digits := strings.ReplaceAll(zone[1:], ":", "")
		hours, minutes := number(digits[:2], 0), number(digits[2:], 0)
		if hours*60+minutes >= 24*60 {
			return time.Time{}, false
		}
		offset := time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
		if zone[0] == '-' {
			offset = -offset
		}
		t = t.Add(-offset)
	}
	return t, true
}
