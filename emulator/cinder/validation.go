package cinder

import (
	"errors"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

// validator is Cinder's way to hold bodies against schemas (cinder/api/validation/validators.py): draft 4, limits that
// apply to numbers in strings, and formats of its own.
var validator = sync.OnceValue(func() *schema.Validator {
	return &schema.Validator{Draft: schema.Draft4, NumericStrings: true, Formats: formats()}
})

// checkBody holds a request's body against a schema beside, or in the place of, its row's.
func checkBody(c *httpapi.Call, s *schema.Schema) error {
	body, err := c.Value()
	if err != nil {
		return err
	}
	err = validator().Validate(s, body)
	var mistake *schema.Error
	if errors.As(err, &mistake) {
		return schemaError(c, mistake)
	}
	return err
}

// schemaError words a mistake: the field, its value, and what jsonschema says.
func schemaError(_ *httpapi.Call, err *schema.Error) error {
	var named *fail.Error
	switch {
	case errors.As(err.Cause, &named):
		return fail.New(fail.Invalid, "%s", named.Text)
	case len(err.Path) > 0:
		return fail.New(fail.Invalid, "Invalid input for field/attribute %s. Value: %s. %s",
			schema.Str(err.Path[len(err.Path)-1]), schema.Str(err.Instance), err.Message())
	}
	return fail.New(fail.Invalid, "%s", err.Message())
}

func formats() map[string]schema.Format {
	return map[string]schema.Format{
		"disabled_reason":                        disabledReasonFormat,
		"group_type":                             textOfLength("group_type"),
		"availability_zone":                      textOfLength("availability_zone"),
		"group_status":                           groupStatusFormat(false),
		"group_snapshot_status":                  groupStatusFormat(true),
		"level":                                  levelFormat,
		"key_size":                               keySizeFormat,
		"uuid":                                   uuidFormat,
		"backup_status":                          backupStatusFormat,
		"base64":                                 base64Format,
		"snapshot_status":                        snapshotStatusFormat,
		"progress":                               progressFormat,
		"name":                                   nameFormat,
		"mysql_text":                             mysqlTextFormat,
		"name_skip_leading_trailing_spaces":      nameSkipSpacesFormat,
		"name_non_mandatory_remove_white_spaces": optionalText("name"),
		"description_non_mandatory_remove_white_spaces": optionalText("description"),
		"validate_volume_reset_body":                    resetBodyFormat,
		"volume_status":                                 oneWordOf("Volume status", statusWords()),
		"volume_attach_status":                          oneWordOf("Volume attach status", []string{"attached", "detached"}),
		"volume_migration_status":                       oneWordOf("Volume migration status", []string{"migrating", "error", "success", "completing", "none", "starting"}),
	}
}

// uuidFormat accepts what oslo.utils takes for a UUID: 32 hex digits, whatever the case, dashes, braces and "urn:uuid:"
// about them.
func uuidFormat(v schema.Value) error {
	if s, ok := v.(string); !ok || !isUUIDLike(s) {
		return schema.ErrFormat
	}
	return nil
}

// isUUIDLike is oslo.utils' uuidutils.is_uuid_like.
func isUUIDLike(s string) bool {
	bare := func(s string) string {
		s = strings.NewReplacer("urn:", "", "uuid:", "").Replace(s)
		return strings.ToLower(strings.ReplaceAll(strings.Trim(s, "{}"), "-", ""))
	}
	b := bare(s)
	return len(b) == 32 && strings.Trim(b, "0123456789abcdef") == ""
}

func invalidName(why string) error {
	return fail.New(fail.Invalid, "An invalid 'name' value was provided. %s", why)
}

func nameFormat(v schema.Value) error {
	s, ok := v.(string)
	switch {
	case v == nil || ok && s == "":
		return invalidName("The 'name' can not be None.")
	case ok && strings.TrimSpace(s) == "":
		return invalidName("The 'name' can not be empty.")
	}
	return nil
}

func nameSkipSpacesFormat(v schema.Value) error {
	if err := nameFormat(v); err != nil {
		return err
	}
	if s, ok := v.(string); ok && utf8.RuneCountInString(strings.TrimSpace(s)) > 255 {
		return invalidName("The 'name' can not be greater than 255 characters.")
	}
	return nil
}

func mysqlTextFormat(v schema.Value) error {
	if s, ok := v.(string); ok && len(s) > 65535 {
		return schema.ErrFormat
	}
	return nil
}

// optionalText limits a text to 255 characters, spaces around it not counted.
func optionalText(entity string) schema.Format {
	return func(v schema.Value) error {
		s, ok := v.(string)
		if n := utf8.RuneCountInString(strings.TrimSpace(s)); ok && n > 255 {
			return schema.Raise(fail.New(fail.Invalid, "Invalid input received: %s has %d characters, more than 255.", entity, n))
		}
		return nil
	}
}

func resetBodyFormat(v schema.Value) error {
	body, ok := v.(schema.Dict)
	if !ok {
		return nil
	}
	for _, key := range []string{"status", "attach_status", "migration_status"} {
		if s, _ := body.Get(key); s != nil && s != "" {
			return nil
		}
	}
	return schema.Raise(fail.New(fail.Invalid, "Must specify 'status', 'attach_status' or 'migration_status' for update."))
}

// oneWordOf lists the words in the way of Python: a tuple for volume and migration statuses, a list for the other.
func oneWordOf(what string, words []string) schema.Format {
	return func(v schema.Value) error {
		s, ok := v.(string)
		if !ok || s == "" {
			return nil
		}
		for _, w := range words {
			if strings.ToLower(s) == w {
				return nil
			}
		}
		open, end := "(", ")"
		if what == "Volume attach status" {
			open, end = "[", "]"
		}
		return schema.Raise(fail.New(fail.Invalid, "%s: %s is invalid, valid statuses are: %s'%s'%s.",
			what, s, open, strings.Join(words, "', '"), end))
	}
}

func statusWords() []string {
	var words []string
	for _, s := range statuses() {
		words = append(words, string(s))
	}
	return words
}
