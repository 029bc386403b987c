@cinder @glance
Feature: Uploads that are refused at once
  An upload is refused before anything happens when the request is wrong, when the volume cannot be uploaded now, or when
  Glance will not have the image. Then the volume is as it was.

  @op:cinder.volumes.os-volume_upload_image
  Scenario: A volume that does not exist
    Given there is no volume "lost"
    When I try to upload the volume "lost" to an image "golden"
    Then it is refused as not found, saying "Volume {lost} could not be found."
    And no image of the name "golden" is left

  @op:cinder.volumes.os-volume_upload_image
  Scenario: A stranger's volume
    Given an available volume "boot" of 1 GiB
    When a stranger tries to upload the volume "boot" to an image "golden"
    Then it is refused as not found, saying "Volume {boot} could not be found."
    And the volume "boot" is "available"

  @op:cinder.volumes.os-volume_upload_image
  Scenario Outline: A volume that is <status>
    Given an available volume "boot" of 1 GiB
    And the administrator resets the status of the volume "boot" to "<status>"
    When I try to upload the volume "boot" to an image "golden"
    Then it is refused as a bad request, saying "Invalid volume: Volume {boot} status must be available"
    And the volume "boot" is "<status>"
    And no image of the name "golden" is left

    Examples:
      | status      |
      | error       |
      | maintenance |
      | detaching   |

  @op:cinder.volumes.os-attach @op:cinder.volumes.os-volume_upload_image
  Scenario: A volume that is in use
    Given an available volume "boot" of 1 GiB
    And I attach the volume "boot"
    And the volume "boot" becomes "in-use"
    When I try to upload the volume "boot" to an image "golden"
    Then it is refused as a bad request, saying "Invalid volume: Volume {boot} status must be available"
    And the volume "boot" is "in-use"
    And no image of the name "golden" is left

  @op:cinder.volumes.os-attach @op:cinder.volumes.os-volume_upload_image
  Scenario: Force does not help, unless the cloud is configured to allow it
    Given an available volume "boot" of 1 GiB
    And I attach the volume "boot"
    And the volume "boot" becomes "in-use"
    When I try to upload the volume "boot" to an image "golden" with:
      | force | true |
    Then it is refused as a bad request, saying "Invalid volume: Volume {boot} status must be available"
    And the volume "boot" is "in-use"

  @op:cinder.volumes.os-volume_upload_image
  Scenario: A volume that is being uploaded
    Given an available volume "boot" of 1 GiB
    And I upload the volume "boot" to an image "golden"
    And the upload is still under way
    When I try to upload the volume "boot" to an image "silver"
    Then it is refused as a bad request, saying "Invalid volume: Volume {boot} status must be available"
    And no image of the name "silver" is left
    When the upload ends
    Then the volume "boot" is "available"
    And the image "golden" is "active"

  @op:cinder.volumes.metadata.create
  Scenario: The metadata of a volume that is being uploaded
    Given an available volume "boot" of 1 GiB
    And I set the metadata "color" of the volume "boot" to "blue"
    And I upload the volume "boot" to an image "golden"
    And the upload is still under way
    When I try to set the metadata "color" of the volume "boot" to "red"
    Then it is refused as a bad request, saying "Invalid volume: Updating volume metadata is not allowed for volumes in uploading status."
    When I try to remove the metadata "color" of the volume "boot"
    Then it is refused as a bad request, saying "Invalid volume: Deleting volume metadata is not allowed for volumes in uploading status."
    When the upload ends
    Then the volume "boot" is "available"

  @op:cinder.volumes.delete
  Scenario: A volume that is being uploaded is not deleted
    Given an available volume "boot" of 1 GiB
    And I upload the volume "boot" to an image "golden"
    And the upload is still under way
    When I try to delete the volume "boot"
    Then it is refused as a bad request
    When the upload ends
    Then the volume "boot" is "available"
    And the image "golden" is "active"

  @op:cinder.volumes.os-volume_upload_image
  Scenario Outline: A request with <what>
    Given an available volume "boot" of 1 GiB
    When I try to upload the volume "boot" to an image "golden" with:
      | <field> | <value> |
    Then it is refused as a bad request
    And the volume "boot" is "available"
    And no image of the name "golden" is left

    Examples:
      | what                                      | field            | value   |
      | a store                                   | store            | cheap   |
      | a field that nobody knows                 | color            | blue    |
      | a disk format that Cinder does not make   | disk_format      | iso     |
      | a container format that Glance has not    | container_format | barrel  |
      | a visibility, before 3.1                  | visibility       | private |
      | a protection, before 3.1                  | protected        | true    |
      | a name of no letters                      | image_name       |         |
      | a force that is neither yes nor no        | force            | perhaps |

  @op:cinder.volumes.os-volume_upload_image
  Scenario: What is said of a field too many
    Given an available volume "boot" of 1 GiB
    When I try to upload the volume "boot" to an image "golden" with:
      | store | cheap |
    Then it is refused as a bad request, saying in the end "Additional properties are not allowed ('store' was unexpected)"

  @op:cinder.volumes.os-volume_upload_image @microversion:3.1
  Scenario: A visibility that is none
    Given block storage microversion 3.1
    And an available volume "boot" of 1 GiB
    When I try to upload the volume "boot" to an image "golden" with:
      | visibility | hidden |
    Then it is refused as a bad request
    And the volume "boot" is "available"

  @op:cinder.volumes.os-volume_upload_image @microversion:3.1
  Scenario: Public images are the administrator's
    Given block storage microversion 3.1
    And an available volume "boot" of 1 GiB
    When I try to upload the volume "boot" to an image "golden" with:
      | visibility | public |
    Then it is refused as forbidden, saying "Policy doesn't allow volume_extension:volume_actions:upload_public to be performed."
    And the volume "boot" is "available"
    And no image of the name "golden" is left

  @op:cinder.volumes.os-volume_upload_image
  Scenario: Glance does not take what the volume remembers of its image
    Given an available volume "boot" of 1 GiB
    And I set image metadata of the volume "boot":
      | stores | cheap |
    When I try to upload the volume "boot" to an image "golden"
    Then it is refused as a bad request
    And the volume "boot" is "available"
    And no image of the name "golden" is left

  @op:cinder.volumes.os-volume_upload_image
  Scenario: Glance finds that there is too much of it
    Given an available volume "boot" of 1 GiB
    And I set 129 items of image metadata of the volume "boot"
    When I try to upload the volume "boot" to an image "golden"
    Then it is refused as a bad request
    And the volume "boot" is "available"
    And no image of the name "golden" is left

  @op:cinder.volumes.os-volume_upload_image
  Scenario: A compressed image, where the cloud does not allow it, leaves an image without data behind
    Given an available volume "boot" of 1 GiB
    When I try to upload the volume "boot" to an image "golden" with:
      | container_format | compressed |
    Then it is refused as a bad request, saying "Image compression upload disallowed, but container_format is compressed"
    And the volume "boot" is "available"
    And one image of the name "golden" is left
    And the image "golden" is "queued"
