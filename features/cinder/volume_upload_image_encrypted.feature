@cinder @glance
Feature: Uploading an encrypted volume
  The image of an encrypted volume is encrypted as the volume is. It gets a key of its own, and the key goes when the image
  goes. Converting it would spoil it.

  @op:cinder.types.encryption.create @op:cinder.volumes.os-volume_upload_image
  Scenario: The image gets a key
    Given a volume type "secret" that encrypts volumes
    And an available volume "boot" of 1 GiB and of the type "secret"
    When I upload the volume "boot" to an image "golden"
    And the upload ends
    Then the image "golden" is "active"
    And the image "golden" has:
      | cinder_encryption_key_deletion_policy | on_image_deletion |
      | disk_format                           | raw               |
      | container_format                      | bare              |
    And the image "golden" has a "cinder_encryption_key_id"

  @op:cinder.types.encryption.create @op:cinder.volumes.os-volume_upload_image
  Scenario Outline: Not in the <field> <value>
    Given a volume type "secret" that encrypts volumes
    And an available volume "boot" of 1 GiB and of the type "secret"
    When I try to upload the volume "boot" to an image "golden" with:
      | <field> | <value> |
    Then it is refused as a bad request, saying "An encrypted volume uploaded as an image must use 'raw' disk_format and 'bare' container_format, which are the defaults for these options."
    And the volume "boot" is "available"
    And no image of the name "golden" is left

    Examples:
      | field            | value      |
      | disk_format      | qcow2      |
      | container_format | compressed |
