package glance

import (
	"errors"
	"regexp"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

type (
	dict = schema.Dict
	list = schema.List
)

const uuidPattern = "^([0-9a-fA-F]){8}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){12}$"

var imageID = regexp.MustCompile(uuidPattern)

// The formats of images, by glance/common/config.py.
var (
	containerFormats = []string{"ami", "ari", "aki", "bare", "ovf", "ova", "docker", "compressed"}
	diskFormats      = []string{"ami", "ari", "aki", "vhd", "vhdx", "vmdk", "raw", "qcow2", "vdi", "iso", "ploop"}
)

var (
	typeString       = schema.Pair{Key: "type", Value: "string"}
	typeNullOrString = schema.Pair{Key: "type", Value: list{"null", "string"}}
	readOnly         = schema.Pair{Key: "readOnly", Value: true}
	notBase          = schema.Pair{Key: "is_base", Value: false}
)

func describe(text string) schema.Pair { return schema.Pair{Key: "description", Value: text} }

func enum(null bool, values ...string) schema.Pair {
	var all list
	if null {
		all = append(all, nil)
	}
	for _, v := range values {
		all = append(all, v)
	}
	return schema.Pair{Key: "enum", Value: all}
}

// imageSchema is what images are held against, and what clients get at /v2/schemas/image: the fields and the properties
// that upstream's etc/schema-image.json describes.
var imageSchema = schema.New(dict{
	{"name", "image"},
	{"properties", dict{
		{"id", dict{typeString, describe("Id of the image"), {"pattern", uuidPattern}}},
		{"name", dict{typeNullOrString, describe("Name of the image"), {"maxLength", 255}}},
		{"status", dict{
			typeString, readOnly, describe("Where the image stands"),
			enum(false, "queued", "saving", "active", "killed", "deleted", "uploading", "importing", "pending_delete", "deactivated"),
		}},
		{"visibility", dict{typeString, describe("Who can see the image"), enum(false, "community", "public", "private", "shared")}},
		{"protected", dict{{"type", "boolean"}, describe("Whether the image refuses to be deleted")}},
		{"os_hidden", dict{{"type", "boolean"}, describe("Whether lists leave the image out unless asked")}},
		{"checksum", dict{typeNullOrString, readOnly, describe("MD5 of the data"), {"maxLength", 32}}},
		{"os_hash_algo", dict{typeNullOrString, readOnly, describe("Which hash os_hash_value is"), {"maxLength", 64}}},
		{"os_hash_value", dict{typeNullOrString, readOnly, describe("Hash of the data, in hexadecimal"), {"maxLength", 128}}},
		{"owner", dict{typeNullOrString, describe("Project that owns the image"), {"maxLength", 255}}},
		{"size", dict{{"type", list{"null", "integer"}}, readOnly, describe("Bytes of the data")}},
		{"virtual_size", dict{{"type", list{"null", "integer"}}, readOnly, describe("Bytes of the disk that the data is an image of")}},
		{"container_format", dict{typeNullOrString, describe("What wraps the disk"), enum(true, containerFormats...)}},
		{"disk_format", dict{typeNullOrString, describe("How the disk is written"), enum(true, diskFormats...)}},
		{"created_at", dict{typeString, readOnly, describe("When the image was made")}},
		{"updated_at", dict{typeString, readOnly, describe("When the image last changed")}},
		{"tags", dict{{"type", "array"}, describe("Words that label the image"), {"items", dict{typeString, {"maxLength", 255}}}}},
		{"direct_url", dict{typeString, readOnly, describe("Where the data is in its store")}},
		{"min_ram", dict{{"type", "integer"}, describe("MiB of memory that a server needs for it")}},
		{"min_disk", dict{{"type", "integer"}, describe("GiB of disk that a server needs for it")}},
		{"self", dict{typeString, readOnly, describe("Path of the image")}},
		{"file", dict{typeString, readOnly, describe("Path of the data")}},
		{"stores", dict{typeString, readOnly, describe("Ids of the stores that have the data, between commas")}},
		{"schema", dict{typeString, readOnly, describe("Path of this schema")}},
		{"locations", dict{{"type", "array"}, {"items", locationSchema}, describe("Where the data is")}},
		{"kernel_id", dict{typeNullOrString, {"pattern", uuidPattern}, describe("Image of the kernel"), notBase}},
		{"ramdisk_id", dict{typeNullOrString, {"pattern", uuidPattern}, describe("Image of the initial file system"), notBase}},
		{"instance_uuid", dict{typeString, describe("Server that the image was made of"), notBase}},
		{"architecture", dict{describe("Processor that the system is for"), typeString, notBase}},
		{"os_distro", dict{describe("Name of the system"), typeString, notBase}},
		{"os_version", dict{describe("Version of the system"), typeString, notBase}},
		{"description", dict{describe("What the image is"), typeString, notBase}},
		{"cinder_encryption_key_id", dict{describe("Key of an encrypted volume's data"), typeString, notBase}},
		{"cinder_encryption_key_deletion_policy", dict{
			describe("Whether that key goes with the image"), typeString,
			enum(false, "on_image_deletion", "do_not_delete"), notBase,
		}},
	}},
	{"additionalProperties", dict{typeString}},
	{"links", list{
		dict{{"rel", "self"}, {"href", "{self}"}},
		dict{{"rel", "enclosure"}, {"href", "{file}"}},
		dict{{"rel", "describedby"}, {"href", "{schema}"}},
	}},
})

var locationSchema = dict{
	{"type", "object"},
	{"properties", dict{
		{"url", dict{typeString, {"maxLength", 255}}},
		{"metadata", dict{{"type", "object"}}},
		{"validation_data", dict{
			describe("Sums that the data has"),
			{"type", "object"},
			{"writeOnly", true},
			{"additionalProperties", false},
			{"properties", dict{
				{"checksum", dict{typeString, {"minLength", 32}, {"maxLength", 32}}},
				{"os_hash_algo", dict{typeString, {"maxLength", 64}}},
				{"os_hash_value", dict{typeString, {"maxLength", 128}}},
			}},
			{"required", list{"os_hash_algo", "os_hash_value"}},
		}},
	}},
	{"required", list{"url", "metadata"}},
}

var memberSchema = dict{
	{"name", "member"},
	{"properties", dict{
		{"member_id", dict{typeString, describe("Project that the image is shared with")}},
		{"image_id", dict{typeString, describe("Id of the image"), {"pattern", uuidPattern}}},
		{"created_at", dict{typeString, describe("When the image was shared")}},
		{"updated_at", dict{typeString, describe("When the member last changed")}},
		{"status", dict{typeString, describe("Whether the member wants the image"), enum(false, "pending", "accepted", "rejected")}},
		{"schema", dict{readOnly, typeString}},
	}},
}

// taskSchema is that of a task; short is that of one in a list.
func taskSchema(short bool) dict {
	return taskSchemaOf(short, taskTypeImport, taskType, taskTypeLocation)
}

func taskSchemaOf(short bool, kinds ...string) dict {
	properties := dict{
		{"id", dict{describe("Id of the task"), {"pattern", uuidPattern}, typeString}},
		{"type", dict{describe("What the task does"), enum(false, kinds...), typeString}},
		{"status", dict{describe("Where the task stands"), enum(false, "pending", "processing", "success", "failure"), typeString}},
	}
	if !short {
		properties = append(properties,
			schema.Pair{Key: "input", Value: dict{describe("What the task was given"), {"type", list{"null", "object"}}}},
			schema.Pair{Key: "result", Value: dict{describe("What the task made"), {"type", list{"null", "object"}}}})
	}
	properties = append(properties, schema.Pair{Key: "owner", Value: dict{describe("Project that owns the task"), typeString}})
	if !short {
		properties = append(properties, schema.Pair{Key: "message", Value: dict{describe("What went wrong"), typeString}})
	}
	return dict{{"name", "task"}, {"properties", append(properties, dict{
		{"image_id", dict{describe("Image that the task works on"), typeString}},
		{"request_id", dict{describe("Request that began the task"), typeString}},
		{"user_id", dict{describe("User who began the task"), typeString}},
		{"expires_at", dict{describe("When the task is forgotten"), {"type", list{"null", "string"}}}},
		{"created_at", dict{describe("When the task was made"), typeString}},
		{"updated_at", dict{describe("When the task last changed"), typeString}},
		{"self", dict{readOnly, typeString}},
		{"schema", dict{readOnly, typeString}},
	}...)}}
}

// matchImageSchema holds a value against the schema of images.
func matchImageSchema(value schema.Value) error { return matchSchema("image", imageSchema, value) }

// matchSchema holds a value against a schema, and words its worst mistake as Python does.
func matchSchema(name string, s *schema.Schema, value schema.Value) error {
	var validator schema.Validator
	err := validator.ValidateBest(s, value)
	if err == nil {
		return nil
	}
	var mistake *schema.Error
	if !errors.As(err, &mistake) {
		return err
	}
	return fail.New(fail.Invalid, "%s", "Provided object does not match schema '"+name+"': "+mistake.PythonString())
}
