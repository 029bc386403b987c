package cinder

import (
	"errors"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

// imageFormats is the part of Glance's image schema against which glanceclient holds an image before it sends it.
//
// Gap: a Glance that is configured for other container formats is not asked for its own schema.
var imageFormats = schema.New(schema.Dict{
	{Key: "properties", Value: schema.Dict{
		{Key: "container_format", Value: schema.Dict{
			{Key: "type", Value: schema.List{"null", "string"}},
			{Key: "description", Value: "Format of the container"},
			{Key: "enum", Value: schema.List{nil, "ami", "ari", "aki", "bare", "ovf", "ova", "docker", "compressed"}},
		}},
	}},
})

// checkContainerFormat refuses what glanceclient refuses, in its words.
func checkContainerFormat(format any) error {
	err := validator().Validate(imageFormats, schema.Dict{{Key: "container_format", Value: format}})
	var mistake *schema.Error
	if !errors.As(err, &mistake) {
		return err
	}
	return fail.New(fail.Invalid, "Unable to set 'container_format' to '%s'. Reason: %s", schema.Str(format), mistake.PythonString())
}
