package cinder

import (
	"fmt"
	"strings"
	"testing"
)

// Answers and sentences in this file were observed on a cloud of release Zed.

func TestExtraSpecs(t *testing.T) {
	c := newTestCloud(t)
	path := c.newType(t, "t", `{}`) + "/extra_specs"
	id := strings.Split(path, "/")[2]
	if got := fmt.Sprint(c.must(t, "admin", "POST", path, `{"extra_specs": {"image_service:store_id": "cheap", "a": "b", "n": null}}`)); got !=
		"map[extra_specs:map[a:b image_service:store_id:cheap n:<nil>]]" {
		t.Error(got)
	}
	if got := fmt.Sprint(c.must(t, "admin", "PUT", path+"/a", `{"a": "z"}`)); got != "map[a:z]" {
		t.Error(got)
	}
	c.must(t, "admin", "PUT", path+"/image_service:store_id", `{"image_service:store_id": "fast"}`)
	c.must(t, "admin", "PUT", path+"/multiattach", `{"multiattach": "<is> True"}`)
	c.must(t, "admin", "PUT", path+"/cacheable", `{"cacheable": "<is> True"}`) // update does not mind
	if got := fmt.Sprint(c.must(t, "admin", "GET", path, "")); got !=
		"map[extra_specs:map[a:z cacheable:<is> True image_service:store_id:fast multiattach:<is> True n:<nil>]]" {
		t.Error(got)
	}
	if got := fmt.Sprint(c.must(t, "demo", "GET", path, "")); got != "map[extra_specs:map[multiattach:<is> True]]" {
		t.Error(got)
	}
	if got := fmt.Sprint(c.must(t, "admin", "GET", path+"/image_service:store_id", "")); got != "map[image_service:store_id:fast]" {
		t.Error(got)
	}
	c.refused(t, "demo", "GET", path+"/image_service:store_id", "", 404, "Volume Type "+id+" has no extra specs with key image_service:store_id.")
	if status, _ := c.as("admin", "DELETE", path+"/a", ""); status != 202 {
		t.Errorf("delete: %d", status)
	}
	c.refused(t, "admin", "DELETE", path+"/a", "", 404, "Volume Type "+id+" has no extra specs with key a.")
}

func TestExtraSpecRefusals(t *testing.T) {
	c := newTestCloud(t)
	path := c.newType(t, "t", `{"a": "b"}`) + "/extra_specs"
	id := strings.Split(path, "/")[2]
	used := c.newType(t, "used", `{"a": "b"}`)
	c.hold(t, strings.TrimPrefix(used, "/types/"))
	const inUse = "Volume Type is currently in use."
	for _, test := range []struct {
		user, method, path, body string
		status                   int
		message                  string
	}{
		{"admin", "POST", path, `{"extra_specs": {"image_service:store_id": "nowhere", "c": "d"}}`, 404, "Store nowhere not enabled in glance."},
		{"admin", "POST", path, `{"extra_specs": {"image_service:store_id": "Cheap"}}`, 404, "Store Cheap not enabled in glance."},
		{"admin", "POST", path, `{"extra_specs": {"image_service:store_id": ""}}`, 404, "Store  not enabled in glance."},
		{"admin", "POST", path, `{"extra_specs": {"image_service:store_id": null}}`, 404, "Store None not enabled in glance."},
		{"admin", "POST", path, `{"extra_specs": {"image_service:store_id": "os_glance_tasks_store"}}`, 404, "Store os_glance_tasks_store not enabled in glance."},
		{"admin", "POST", path, `{"extra_specs": {"image_service:store_id": "cheap,fast"}}`, 404, "Store cheap,fast not enabled in glance."},
		{"admin", "POST", path, `{"extra_specs": {"image_service:store_id": "archive"}}`, 400, "Store archive is read-only in glance."},
		{
			"admin", "POST", path, `{"extra_specs": {"image_service:store_id": 7}}`, 400,
			"Invalid input for field/attribute image_service:store_id. Value: 7. 7 is not of type 'string', 'null'",
		},
		{
			"admin", "POST", path, `{"extra_specs": {"a b": "x"}}`, 400,
			"Invalid input for field/attribute extra_specs. Value: {'a b': 'x'}. 'a b' does not match any of the regexes: '^[a-zA-Z0-9-_:.]{1,255}$'",
		},
		{"admin", "POST", path, `{}`, 400, "'extra_specs' is a required property"},
		{"admin", "POST", path, `{`, 400, "Malformed request body"},
		{"admin", "POST", path, `[]`, 400, "[] is not of type 'object'"},
		{"admin", "POST", path, `{"extra_specs": {"multiattach": "<is> True", "cacheable": "<is> True"}}`, 400, "cacheable cannot be set with multiattach."},
		{"admin", "PUT", path + "/a", `{"b": "z"}`, 400, "Request body and URI mismatch"},
		{"admin", "PUT", path + "/a", `{}`, 400, "{} does not have enough properties"},
		{"admin", "PUT", path + "/a", `{"a": "1", "b": "2"}`, 400, "{'a': '1', 'b': '2'} has too many properties"},
		{"admin", "PUT", path + "/image_service:store_id", `{"image_service:store_id": "nowhere"}`, 404, "Store nowhere not enabled in glance."},
		{"admin", "PUT", path + "/image_service:store_id", `{"image_service:store_id": "archive"}`, 400, "Store archive is read-only in glance."},
		{"admin", "PUT", path + "/x", `{"image_service:store_id": "nowhere"}`, 400, "Request body and URI mismatch"},
		{"admin", "PUT", path + "/extra_specs", `{"extra_specs": "x"}`, 500, serverError},
		{"demo", "POST", path, `{"extra_specs": {"a": "b"}}`, 403, "Policy doesn't allow volume_extension:types_extra_specs:create to be performed."},
		{"demo", "PUT", path + "/a", `{"a": "b"}`, 403, "Policy doesn't allow volume_extension:types_extra_specs:update to be performed."},
		{"demo", "DELETE", path + "/a", "", 403, "Policy doesn't allow volume_extension:types_extra_specs:delete to be performed."},
		{
			"demo", "POST", path, `{"extra_specs": {"a b": "b"}}`, 400,
			"Invalid input for field/attribute extra_specs. Value: {'a b': 'b'}. 'a b' does not match any of the regexes: '^[a-zA-Z0-9-_:.]{1,255}$'",
		},
		{"demo", "DELETE", "/types/nope/extra_specs/a", "", 404, "Volume type nope could not be found."},
		{"admin", "POST", "/types/nope/extra_specs", `{"extra_specs": {"image_service:store_id": "nowhere"}}`, 404, "Volume type nope could not be found."},
		{"admin", "PUT", "/types/nope/extra_specs/a", `{"b": "c"}`, 404, "Volume type nope could not be found."},
		{"admin", "GET", "/types/nope/extra_specs", "", 404, "Volume type nope could not be found."},
		{"admin", "GET", path + "/nope", "", 404, "Volume Type " + id + " has no extra specs with key nope."},
		{"admin", "POST", used + "/extra_specs", `{"extra_specs": {"image_service:store_id": "nowhere"}}`, 400, inUse},
		{"admin", "PUT", used + "/extra_specs/a", `{"b": "z"}`, 400, inUse},
		{"admin", "DELETE", used + "/extra_specs/nope", "", 400, inUse},
	} {
		c.refused(t, test.user, test.method, test.path, test.body, test.status, test.message)
	}
}

func TestOnlyTheExtraSpecsOperationsAskGlance(t *testing.T) {
	c := newTestCloud(t)
	path := c.newType(t, "t", `{"image_service:store_id": "nowhere"}`) // stored as it is
	c.must(t, "admin", "POST", path+"/extra_specs", `{"extra_specs": {"a": "b"}}`)
	c.must(t, "admin", "DELETE", path+"/extra_specs/image_service:store_id", "")
	if c.asked != 0 {
		t.Errorf("asked %d times", c.asked)
	}
	c.must(t, "admin", "POST", path+"/extra_specs", `{"extra_specs": {"image_service:store_id": "cheap"}}`)
	if c.asked != 1 {
		t.Errorf("asked %d times", c.asked)
	}
}

func TestAGlanceWithOneStoreHasNoStores(t *testing.T) {
	c := newTestCloud(t)
	path := c.newType(t, "t", `{}`) + "/extra_specs"
	c.stores = ""
	c.refused(t, "admin", "POST", path, `{"extra_specs": {"image_service:store_id": "fast"}}`, 404,
		"HTTP 404 Not Found: Multi backend is not supported at this site.")
	// A flag that is no string is none (image_utils.py compares with "true").
	c.stores = `{"stores": [{"id": "odd", "read-only": true}]}`
	c.must(t, "admin", "POST", path, `{"extra_specs": {"image_service:store_id": "odd"}}`)
}

func TestEncryption(t *testing.T) {
	c := newTestCloud(t)
	path := c.newType(t, "t", `{}`)
	id, path := strings.TrimPrefix(path, "/types/"), path+"/encryption"
	if _, got := c.as("admin", "GET", path, ""); got != "{}" {
		t.Error(got)
	}
	none := "Volume type encryption for type " + id + " does not exist."
	c.refused(t, "admin", "GET", path+"/cipher", "", 404, none)
	c.refused(t, "admin", "PUT", path+"/x", `{"encryption": {"cipher": null}}`, 404, none)
	c.refused(t, "admin", "POST", path, `{"encryption": {"provider": "luks"}}`, 400,
		"Invalid input for field/attribute encryption. Value: {'provider': 'luks'}. 'control_location' is a required property")
	c.refused(t, "admin", "POST", path, `{"encryption": {"provider": "luks", "control_location": "front-end", "key_size": "abc"}}`, 400,
		"Invalid input received: key_size must be an integer.")
	c.refused(t, "demo", "POST", path, `{"encryption": {"provider": "luks", "control_location": "front-end"}}`, 403,
		"Policy doesn't allow volume_extension:volume_type_encryption:create to be performed.")

	made := c.must(t, "admin", "POST", path, `{"encryption": {"provider": "luks", "control_location": "front-end", "key_size": "256", "foo": "bar"}}`)["encryption"].(map[string]any)
	encryptionID := made["encryption_id"]
	delete(made, "encryption_id")
	if got := fmt.Sprint(made); got != "map[control_location:front-end foo:bar key_size:256 provider:luks volume_type_id:"+id+"]" {
		t.Error(got)
	}
	c.refused(t, "admin", "POST", path, `{"encryption": {"provider": "luks", "control_location": "front-end"}}`, 400,
		"Volume type encryption for type "+id+" already exists.")
	if got := fmt.Sprint(c.must(t, "admin", "PUT", path+"/anything", `{"encryption": {"cipher": "aes", "key_size": "512"}}`)); got !=
		"map[encryption:map[cipher:aes key_size:512]]" {
		t.Error(got)
	}
	c.refused(t, "admin", "PUT", path+"/x", `{"encryption": {"foo": "bar"}}`, 500, serverError)
	shown := c.must(t, "admin", "GET", path, "")
	delete(shown, "created_at")
	delete(shown, "updated_at")
	if got := fmt.Sprint(shown); got != fmt.Sprintf("map[cipher:aes control_location:front-end deleted:false deleted_at:<nil> "+
		"encryption_id:%s key_size:512 provider:luks volume_type_id:%s]", encryptionID, id) {
		t.Error(got)
	}
	if got := fmt.Sprint(c.must(t, "admin", "GET", path+"/key_size", "")); got != "map[key_size:512]" {
		t.Error(got)
	}
	c.hold(t, id)
	c.refused(t, "admin", "POST", path, `{"encryption": {"provider": "luks", "control_location": "front-end"}}`, 400, "Cannot create encryption specs. Volume type in use.")
	c.refused(t, "admin", "PUT", path+"/x", `{"encryption": {"provider": "luks"}}`, 400, "Cannot update encryption specs. Volume type in use.")
	c.refused(t, "admin", "DELETE", path+"/x", "", 400, "Cannot delete encryption specs. Volume type in use.")
	c.refused(t, "admin", "DELETE", "/types/nope/encryption/x", "", 404, "Volume type encryption for type nope does not exist.")
}
