module hookmill

go 1.24
