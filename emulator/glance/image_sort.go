package glance

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
)

var sortKeys = []string{"name", "status", "container_format", "disk_format", "size", "id", "created_at", "updated_at"}

// order is how a list is sorted: by the first key, then by the next.
type order []sortKey

type sortKey struct {
	field      string
	descending bool
}

// readOrder takes the parameters that sort out of a query: sort=name:asc,size, or pairs of sort_key and sort_dir, where
// one direction alone is for all keys. Creation and id come last, so that the order is total.
func readOrder(q *params) (order, error) {
	keys, dirs, err := readSort(q)
	if err != nil {
		return nil, err
	}
	if len(keys) == 0 {
		keys = []string{"created_at"}
	}
	rest := "desc"
	if len(dirs) == 0 {
		dirs = []string{rest}
	}
	if len(dirs) == 1 {
		rest = dirs[0]
		dirs = slices.Repeat(dirs, len(keys))
	}
	for _, key := range []string{"created_at", "id"} {
		if !slices.Contains(keys, key) {
			keys, dirs = append(keys, key), append(dirs, rest)
		}
	}
	o := make(order, len(keys))
	for i, key := range keys {
		o[i] = sortKey{key, dirs[i] == "desc"}
	}
	return o, nil
}

func readSort(q *params) (keys, dirs []string, err error) {
	has := func(name string) bool { return slices.ContainsFunc(*q, func(p param) bool { return p.name == name }) }
	if has("sort") {
		if has("sort_key") || has("sort_dir") {
			return nil, nil, fail.New(fail.Invalid, "Old and new sorting syntax cannot be combined")
		}
		value, _ := q.take("sort")
		for part := range strings.SplitSeq(strings.TrimSpace(value), ",") {
			key, dir, _ := strings.Cut(part, ":")
			if dir == "" {
				dir = "desc"
			}
			keys, dirs = append(keys, strings.TrimSpace(key)), append(dirs, strings.TrimSpace(dir))
			if err := checkSort(keys[len(keys)-1:], dirs[len(dirs)-1:]); err != nil {
				return nil, nil, err
			}
		}
		return keys, dirs, nil
	}
	keys, dirs = q.takeAll("sort_key"), q.takeAll("sort_dir")
	if err := checkSort(keys, dirs); err != nil {
		return nil, nil, err
	}
	if len(dirs) > 1 && len(dirs) != len(keys) {
		return nil, nil, fail.New(fail.Invalid, "Number of sort dirs does not match the number of sort keys")
	}
	return keys, dirs, nil
}

func checkSort(keys, dirs []string) error {
	for _, key := range keys {
		if !slices.Contains(sortKeys, key) {
			return fail.New(fail.Invalid, "Invalid sort key: %s. It must be one of the following: %s.", key, strings.Join(sortKeys, ", "))
		}
	}
	for _, dir := range dirs {
		if dir != "asc" && dir != "desc" {
			return fail.New(fail.Invalid, "Invalid sort direction: %s", dir)
		}
	}
	return nil
}

// newestFirst tells whether this is the order of the index, backwards.
func (o order) newestFirst() bool {
	return len(o) == 2 && o[0] == sortKey{"created_at", true} && o[1] == sortKey{"id", true}
}

func (o order) compare(a, b *Image) int {
	for _, k := range o {
		n := compareField(k.field, a, b)
		if k.descending {
			n = -n
		}
		if n != 0 {
			return n
		}
	}
	return 0
}

// compareField sorts what is null like what is empty.
func compareField(field string, a, b *Image) int {
	switch field {
	case "name":
		return cmp.Compare(orEmpty(a.Name), orEmpty(b.Name))
	case "status":
		return cmp.Compare(a.Status, b.Status)
	case "container_format":
		return cmp.Compare(a.ContainerFormat, b.ContainerFormat)
	case "disk_format":
		return cmp.Compare(a.DiskFormat, b.DiskFormat)
	case "size":
		return cmp.Compare(orZero(a.Size), orZero(b.Size))
	case "created_at":
		return a.CreatedAt.Compare(b.CreatedAt)
	case "updated_at":
		return a.UpdatedAt.Compare(b.UpdatedAt)
	}
	return cmp.Compare(a.ID, b.ID)
}

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func orZero(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}

var integer = regexp.MustCompile(`^\s*[+-]?[0-9]+(_[0-9]+)*\s*$`)

// pythonInt reads an integer as int() does; one that is out of range is the nearest that is in it.
func pythonInt(s string) (int64, bool) {
	if !integer.MatchString(s) {
		return 0, false
	}
	n, err := strconv.ParseInt(strings.ReplaceAll(strings.TrimSpace(s), "_", ""), 10, 64)
	if err != nil && strings.Contains(s, "-") {
		return math.MinInt64, true
	}
	if err != nil {
		return math.MaxInt64, true
	}
	return n, true
}
