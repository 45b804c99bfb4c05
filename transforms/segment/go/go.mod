module example.com/segment

go 1.24

require hookmill v0.0.0

replace hookmill => ../../../guest-sdk/go
